import KafkaFormat
import KafkaMessages

/// What a broker was told of a partition.
final class ToldPartition {
  let partition: ConsumerPartition
  var offset: Int64 = -1
  var maxBytes: Int32 = -1
  var leaderEpoch: Int32 = -1
  /// The partition's as of the request that told it: an answer is worthless once it is another.
  var generation: UInt64 = 0
  /// To be forgotten by the next request.
  var isLeaving = false

  init(_ partition: ConsumerPartition) { self.partition = partition }
}

/// What is fetched from one broker: the fetch that is under way, and the fetch session (KIP-227).
///
/// The first request names all partitions. Where the broker answers with a session, those after it
/// name only what changed: positions that moved, partitions that came or are to be forgotten. Who
/// is not fetched for a while, being paused or after an error, is forgotten as well. A broker
/// without a session for us is told everything each time.
final class FetchNode {
  let id: Int32
  var call: FetchCall?
  /// How many partitions are to be fetched from it.
  var wantedCount = 0
  /// Not to be asked before; nanoseconds.
  var retryNanos: Int64 = 0
  var failures = 0

  /// 0: none.
  private(set) var sessionId: Int32 = 0
  /// That of the next request; 0: it names everything.
  private(set) var epoch: Int32 = 0
  /// Whether the session names topics by id.
  private(set) var usesTopicIds = false

  /// By topic and partition, as the broker knows them.
  private var told: [String: [Int32: ToldPartition]] = [:]
  private var names: [KafkaUUID: String] = [:]
  private var changed: [ConsumerPartition] = []
  private var leaving: [ToldPartition] = []
  /// Where the next full request starts among the partitions, so that none starves.
  private var rotation = 0

  init(id: Int32) { self.id = id }

  // MARK: What is wanted

  /// The partition is to be fetched here, or something of it changed.
  func want(_ partition: ConsumerPartition) {
    if partition.changedNode == id { return }
    partition.changedNode = id
    changed.append(partition)
  }

  /// The partition is not to be fetched here any more.
  func leave(_ partition: ConsumerPartition) {
    guard let entry = partition.told else { return }
    partition.told = nil
    entry.isLeaving = true
    leaving.append(entry)
  }

  // MARK: Requests

  /// What the next request says.
  struct Request {
    let sessionId: Int32
    let epoch: Int32
    let usesTopicIds: Bool
    /// With the offsets as of now.
    var named: [ToldPartition] = []
    var forgotten: [ToldPartition] = []
    var isFull: Bool { epoch == 0 }
  }

  /// - Parameter all: All partitions of the consumer, for a request that names everything.
  func nextRequest(all: [ConsumerPartition]) -> Request {
    if epoch != 0, !canGoOn() { epoch = 0 }
    return epoch == 0 ? fullRequest(all) : incrementalRequest()
  }

  /// A session knows a topic by what it was called first.
  private func canGoOn() -> Bool {
    guard usesTopicIds else { return true }
    return changed.allSatisfy { partition in
      partition.wantedNode != id
        || (partition.topicId != .zero
          && names[partition.topicId].map { $0 == partition.name.topic }
            ?? (told[partition.name.topic] == nil))
    }
  }

  private func fullRequest(_ all: [ConsumerPartition]) -> Request {
    var wanted = all.filter { $0.wantedNode == id }
    for entry in leaving { entry.isLeaving = false }
    for partition in changed where partition.changedNode == id { partition.changedNode = -1 }
    (told, names, changed, leaving) = ([:], [:], [], [])
    // A broker fills its answer in the order of the request: each time another comes first.
    if !wanted.isEmpty {
      let first = rotation % wanted.count
      rotation &+= 1
      wanted = Array(wanted[first...] + wanted[..<first])
    }
    usesTopicIds = wanted.allSatisfy { $0.topicId != .zero }
    var request = Request(sessionId: sessionId, epoch: 0, usesTopicIds: usesTopicIds)
    for partition in wanted {
      let entry = ToldPartition(partition)
      insert(entry)
      update(entry)
      request.named.append(entry)
    }
    return request
  }

  private func incrementalRequest() -> Request {
    var request = Request(sessionId: sessionId, epoch: epoch, usesTopicIds: usesTopicIds)
    for partition in changed {
      if partition.changedNode == id { partition.changedNode = -1 }
      guard partition.wantedNode == id else { continue }
      let entry: ToldPartition
      if let known = partition.told ?? told[partition.name.topic]?[partition.name.partition],
        known.partition === partition
      {
        entry = known
      } else {
        entry = ToldPartition(partition)
      }
      if update(entry) { request.named.append(entry) }
    }
    changed = []
    for entry in leaving where entry.isLeaving {
      let name = entry.partition.name
      // Another of the same name may have taken its place.
      guard told[name.topic]?[name.partition] === entry else { continue }
      told[name.topic]?[name.partition] = nil
      request.forgotten.append(entry)
    }
    leaving = []
    for entry in request.named { insert(entry) }
    return request
  }

  private func insert(_ entry: ToldPartition) {
    let partition = entry.partition
    told[partition.name.topic, default: [:]][partition.name.partition] = entry
    if partition.topicId != .zero { names[partition.topicId] = partition.name.topic }
  }

  /// Brings it up to date.
  ///
  /// - Returns: Whether the broker has to be told.
  @discardableResult
  private func update(_ entry: ToldPartition) -> Bool {
    let partition = entry.partition
    let offset = partition.fetchOffset ?? 0
    let isNews =
      entry.offset != offset || entry.maxBytes != partition.maxBytes
      || entry.leaderEpoch != partition.leaderEpoch
    entry.offset = offset
    entry.maxBytes = partition.maxBytes
    entry.leaderEpoch = partition.leaderEpoch
    entry.generation = partition.generation
    entry.isLeaving = false
    partition.told = entry
    return isNews
  }

  // MARK: Answers

  /// An answer without an error came, with this session in it.
  func answered(_ call: FetchCall, sessionId answered: Int32) {
    if answered == 0 {
      (sessionId, epoch) = (0, 0)
    } else if call.request.isFull || answered == sessionId {
      sessionId = answered
      epoch = epoch == .max ? 1 : epoch + 1
    } else {
      epoch = 0
    }
  }

  /// The next request names everything, and ends the session that may be there.
  ///
  /// - Parameter isUnknown: The broker does not know the session.
  func resetSession(isUnknown: Bool = false) {
    if isUnknown { sessionId = 0 }
    epoch = 0
  }

  /// All that the broker was told of.
  var toldPartitions: [ToldPartition] {
    told.sorted { $0.key < $1.key }.flatMap { $0.value.sorted { $0.key < $1.key }.map(\.value) }
  }

  /// The partitions of a topic of an answer.
  func partitions(of topic: TopicInPlace, in frame: RawSpan) -> [Int32: ToldPartition] {
    if topic.id != .zero { return names[topic.id].flatMap { told[$0] } ?? [:] }
    var reader = ByteReader(frame.extracting(topic.name))
    guard let name = try? reader.text(topic.name.count) else { return [:] }
    return told[name] ?? [:]
  }
}
