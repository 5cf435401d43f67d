import LoadModel

/// Decides when a partition's high watermark has said all that it will say of acknowledged records.
///
/// A leader answers acks=1 before its followers have the record, so the watermark trails the
/// acknowledged offsets. It is waited for as long as anything of the partition changes.
struct SettledEnds {
  /// What the leader of a partition answered, or why it did not.
  enum Observation: Equatable {
    case end(highWatermark: Int64, logEnd: Int64?, inSync: Int, replicas: Int)
    case unknown(String)
  }

  private struct Partition {
    /// Behind the last record that should become visible.
    var target: Int64
    var last: Observation?
    var changedNanos: Int64
  }

  /// How long a partition may stay unchanged before it is given up.
  static let patienceNanos: Int64 = 30_000_000_000
  /// How long a log that ends early is looked at although every replica is in sync: the answers
  /// that tell so come one after the other, perhaps across a change of leader.
  static let confirmNanos: Int64 = 3_000_000_000

  private var partitions: [Partition]

  /// - Parameter targets: By partition: behind the last acknowledged offset; 0 where none is.
  init(targets: [Int64], nowNanos: Int64) {
    partitions = targets.map { Partition(target: $0, changedNanos: nowNanos) }
  }

  /// Takes what was answered now.
  mutating func observe(_ observations: [Observation], nowNanos: Int64) {
    for (index, observation) in observations.enumerated() where index < partitions.count {
      if partitions[index].last.map({ Self.isSame($0, observation) }) != true {
        partitions[index].changedNanos = nowNanos
      }
      partitions[index].last = observation
    }
  }

  /// Errors are one state, however they read.
  private static func isSame(_ a: Observation, _ b: Observation) -> Bool {
    if case .unknown = a, case .unknown = b { return true }
    return a == b
  }

  /// Nothing more is to be waited for.
  func isOver(nowNanos: Int64) -> Bool {
    partitions.allSatisfy { isOver($0, nowNanos: nowNanos) }
  }

  private func isOver(_ partition: Partition, nowNanos: Int64) -> Bool {
    isReached(partition) || isFinal(partition, nowNanos: nowNanos)
  }

  private func isReached(_ partition: Partition) -> Bool {
    guard case .end(let watermark, _, _, _) = partition.last else { return false }
    return watermark >= partition.target
  }

  /// What the leader's log does not hold will not come.
  private func isFinal(_ partition: Partition, nowNanos: Int64) -> Bool {
    let unchanged = nowNanos - partition.changedNanos
    if unchanged >= Self.patienceNanos { return true }
    guard case .end(_, let logEnd?, let inSync, let replicas) = partition.last else { return false }
    return logEnd < partition.target && inSync >= replicas && unchanged >= Self.confirmNanos
  }

  /// By partition: its end, or why it is not known.
  func ends(nowNanos: Int64) -> [Result<PartitionEnd, Unknown>] {
    partitions.map { partition in
      switch partition.last {
      case .end(let watermark, let logEnd, let inSync, let replicas):
        .success(
          PartitionEnd(
            highWatermark: watermark, logEnd: watermark >= partition.target ? watermark : logEnd,
            inSync: inSync, replicas: replicas,
            isFinal: isOver(partition, nowNanos: nowNanos)))
      case .unknown(let reason): .failure(Unknown(reason: reason))
      case nil: .failure(Unknown(reason: "the cluster was not asked"))
      }
    }
  }

  struct Unknown: Error, Equatable {
    var reason: String
  }
}
