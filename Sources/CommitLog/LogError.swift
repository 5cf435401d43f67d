import KafkaFormat

/// Why the log did not do what it was asked. The log is unchanged on any of them.
public enum LogError: Error, Sendable, Equatable {
  /// The offset lies before the log's start or behind its end.
  case offsetOutOfRange(offset: Int64, logStartOffset: Int64, logEndOffset: Int64)
  /// A batch larger than `segment.bytes`.
  case batchTooLarge(limit: Int, actual: Int)
  /// A batch that contradicts itself: offsets, sequences or sizes.
  case invalidBatch(String)
  /// The producer's sequence does not follow its last one.
  case outOfOrderSequence(producerId: Int64, expected: Int32, actual: Int32)
  /// The producer's epoch is older than one that was seen.
  case invalidProducerEpoch(producerId: Int64, current: Int16, actual: Int16)
  /// The disk is full (or there are no descriptors or memory left). Reads go on, and appends
  /// succeed again once there is room.
  case outOfSpace(FileError)
  /// The disk failed; the log is offline from now on, and so should its directory be.
  case io(FileError)
  /// The log went offline earlier.
  case offline(FileError)
  /// Bytes on the disk that cannot be what they should be, in words with path and position.
  case corrupt(String)
  /// The directory cannot be used, in words: locked, of another cluster or node, not writable.
  case unusableDirectory(String)

  init(_ error: FileError) {
    self = error.isPassing ? .outOfSpace(error) : .io(error)
  }

  /// The process, or the machine, has no file descriptor left.
  public var isOutOfFiles: Bool {
    if case .outOfSpace(let error) = self { error.isOutOfFiles } else { false }
  }

  /// As Kafka's protocol tells it.
  public var code: ErrorCode {
    switch self {
    case .offsetOutOfRange: .offsetOutOfRange
    case .batchTooLarge: .recordListTooLarge
    case .invalidBatch: .invalidRecord
    case .outOfOrderSequence: .outOfOrderSequenceNumber
    case .invalidProducerEpoch: .invalidProducerEpoch
    case .outOfSpace, .io, .offline, .unusableDirectory: .kafkaStorageError
    case .corrupt: .corruptMessage
    }
  }
}

extension LogError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .offsetOutOfRange(let offset, let start, let end):
      "offset \(offset) is not in the log, which holds \(start) to \(end) (exclusive)"
    case .batchTooLarge(let limit, let actual):
      "a batch of \(actual) bytes does not fit into a segment of \(limit) bytes"
    case .invalidBatch(let what): "invalid batch: \(what)"
    case .outOfOrderSequence(let producer, let expected, let actual):
      "producer \(producer): sequence \(actual) where \(expected) was expected"
    case .invalidProducerEpoch(let producer, let current, let actual):
      "producer \(producer): epoch \(actual), but \(current) was seen"
    case .outOfSpace(let error):
      error.isOutOfSpace ? "the disk is full: \(error)" : "out of resources: \(error)"
    case .io(let error): "the disk failed: \(error)"
    case .offline(let error): "offline since the disk failed: \(error)"
    case .corrupt(let what), .unusableDirectory(let what): what
    }
  }
}
