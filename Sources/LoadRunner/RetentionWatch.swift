import CommitLog
import Glibc
import KafkaClient
import LoadModel

/// Whether retention has deleted segments of the topic under load: until it has, a growing log is
/// measured, which on a virtual machine costs the first touch of memory.
struct RetentionWatch {
  /// Log bytes that must be written before retention deletes anything; nil where it never does.
  private let bytesUntilFull: Double?
  /// First segments, which are gone once retention has deleted one of their partition; empty where
  /// the broker's disk is not ours.
  private let firstSegments: [String]
  private let directories: [String]
  private var isFull = false
  private var lookedNanos: Int64 = 0
  /// A cluster's answer: the first offset of each partition.
  private var asked:
    AdminSession.Asked<[KafkaClient.TopicPartition: Result<ListedOffset, ClientError>]>?

  /// Old segments are looked for every 200 ms by a broker of ours.
  private static let everyNanos: Int64 = 100_000_000
  private static let deletionSeconds = 0.7

  init(_ plan: MeasurementPlan, dataDirectory: String?) {
    bytesUntilFull = plan.bytesUntilRetention.map(Double.init)
    directories =
      dataDirectory.map { directory in
        (0..<plan.partitions).map {
          directory + "/" + LogFileNames.directory(topic: plan.topic, partition: Int32($0))
        }
      } ?? []
    firstSegments = directories.map { $0 + "/" + LogFileNames.baseName(0) + LogFileNames.log }
  }

  /// Retention has deleted a segment of at least half of the partitions: one that few keys belong
  /// to may never get there.
  ///
  /// - Complexity: A system call or two for each partition, ten times a second, until it is so.
  private mutating func look(nowNanos now: Int64) -> Bool {
    guard !isFull, !directories.isEmpty, now - lookedNanos >= Self.everyNanos else { return isFull }
    lookedNanos = now
    let trimmed = directories.indices.count { index in
      unsafe access(firstSegments[index], F_OK) != 0 && access(directories[index], F_OK) == 0
    }
    isFull = trimmed * 2 >= directories.count
    return isFull
  }

  /// The search for a steady state should go on until retention deletes: it will before the limit.
  ///
  /// - Parameters:
  ///   - stored: Log bytes until now.
  ///   - seconds: Since the load began, and when the search ends.
  mutating func isWorthWaiting(
    nowNanos now: Int64, stored: Int64, after seconds: Double, limitS: Double
  )
    -> Bool
  {
    guard let needed = bytesUntilFull, !directories.isEmpty, seconds > 0, stored > 0,
      !look(nowNanos: now)
    else { return false }
    let rate = Double(stored) / seconds
    // What is that much beyond it goes to few partitions, or is kept for another reason.
    guard Double(stored) < needed * 1.5 + rate * 2 * Self.deletionSeconds else { return false }
    return max(seconds, needed / rate) + Self.deletionSeconds < limitS
  }

  /// The window begins: finds out how the log stands.
  mutating func windowBegins(nowNanos now: Int64, plan: MeasurementPlan, admin: AdminSession) {
    guard directories.isEmpty else {
      lookedNanos = 0
      _ = look(nowNanos: now)
      return
    }
    let queries = (0..<plan.partitions).map {
      (KafkaClient.TopicPartition(topic: plan.topic, partition: Int32($0)), OffsetQuery.earliest)
    }
    let all = Dictionary(uniqueKeysWithValues: queries)
    asked = admin.ask { $0.listOffsets(all, completion: $1) }
  }

  /// What was found; nil where a cluster did not say.
  var found: Bool? {
    guard directories.isEmpty else { return isFull }
    guard let answers = asked?.answer, case .success(let offsets) = answers else { return nil }
    let firsts = offsets.values.compactMap { try? $0.get().offset }
    guard !firsts.isEmpty, firsts.count == offsets.count else { return nil }
    return firsts.count { $0 > 0 } * 2 >= firsts.count
  }
}
