/// A record that a topic does not take, and why.
public struct RecordRejection: Sendable, Hashable {
  public enum Reason: Sendable, Hashable {
    /// The topic is compacted, and the record has no key.
    case missingKey
    /// The record's timestamp is too far from the broker's clock.
    case timestamp(Int64)
  }

  /// Which record of the batch, from 0.
  public var index: Int32
  /// What the broker finds first: a record without a key has no second reason.
  public var reason: Reason

  public init(index: Int32, reason: Reason) {
    self.index = index
    self.reason = reason
  }
}

extension RecordRejection: CustomStringConvertible {
  public var description: String {
    switch reason {
    case .missingKey: "no key, which a compacted topic needs"
    case .timestamp(let timestamp): "the timestamp \(timestamp) is out of range"
    }
  }
}

/// All records of one batch that a topic does not take: the client corrects them in one go.
///
/// - Source: KIP-467; Apache Kafka `LogValidator.processRecordErrors`.
public struct RecordRejections: Sendable, Hashable {
  /// So many are listed, the others counted: more than an uncompressed batch of the default
  /// `max.message.bytes` can hold, so that only a compressed batch of empty records exceeds it.
  public static let listedMax = 150_000

  /// In the order of the records.
  public private(set) var listed: [RecordRejection] = []
  public private(set) var count = 0
  public private(set) var hasTimestamp = false

  public init() {}

  public mutating func add(_ rejection: RecordRejection) {
    count += 1
    if case .timestamp = rejection.reason { hasTimestamp = true }
    if listed.count < Self.listedMax { listed.append(rejection) }
  }

  /// One timestamp out of range decides, whatever else is refused: as Kafka answers.
  var errorCode: ErrorCode { hasTimestamp ? .invalidTimestamp : .invalidRecord }
}

extension RecordRejections: CustomStringConvertible {
  public var description: String {
    let first = listed.prefix(3).map { "record \($0.index): \($0)" }.joined(separator: "; ")
    let rest = count > 3 ? "; \(count - 3) more" : ""
    return "\(count) record\(count == 1 ? " is" : "s are") refused: \(first)\(rest)"
  }
}
