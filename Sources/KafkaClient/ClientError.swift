import KafkaFormat
import Transport

/// Why the client could not do what it was asked.
public enum ClientError: Error, Sendable, Equatable {
  /// A broker answered with an error code, and perhaps with words of its own.
  case broker(ErrorCode, message: String? = nil)
  /// None of the bootstrap addresses answered in time; one phrase an address says how it failed.
  case noBrokerReachable(afterMs: Int64, reasons: [String])
  /// The connection ended before the answer came.
  case disconnected(String)
  /// No answer, or no delivery, within the time that was configured.
  case timedOut(String, afterMs: Int64)
  /// Bytes from a broker that are not what they claim to be; the connection was closed.
  case malformedResponse(String)
  /// The broker and this client share no version of the call.
  case unsupportedByBroker(String)
  /// A record that cannot fit, whatever is waited for.
  case recordTooLarge(size: Int, limit: Int)
  /// The partition does not exist.
  case unknownPartition(topic: String, partition: Int32)
  /// No offset to start from, and `auto.offset.reset=none`.
  case noOffset(topic: String, partition: Int32)
  /// The offset to read from is outside of the log, and `auto.offset.reset=none`.
  case offsetOutOfRange(topic: String, partition: Int32, offset: Int64)
  /// The offset to read from is above the log's end, and `failsAboveLogEnd` is set.
  case offsetAboveEnd(topic: String, partition: Int32, offset: Int64, endOffset: Int64)
  /// The log no longer has what was read before `offset`: after a change of its leader it ends, for
  /// that epoch, at `divergentOffset`, or at an offset that the leader does not know (nil).
  case logTruncated(topic: String, partition: Int32, offset: Int64, divergentOffset: Int64?)
  /// The records of one batch could not be read.
  case corruptBatch(topic: String, partition: Int32, offset: Int64, reason: String)
  /// `close` or `abort` came first.
  case closed

  /// The same request may succeed when it is sent again.
  public var isRetriable: Bool {
    switch self {
    case .broker(let code, _): code.isRetriable
    case .disconnected, .timedOut, .malformedResponse: true
    default: false
    }
  }

  /// The code where a broker gave one.
  public var code: ErrorCode? {
    if case .broker(let code, _) = self { code } else { nil }
  }
}

extension ClientError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .broker(let code, let message):
      message.map { "\(code.name) (\(code.rawValue)): \($0)" } ?? code.description
    case .noBrokerReachable(let afterMs, let reasons):
      "no broker answered within \(afterMs) ms: \(reasons.joined(separator: "; "))"
    case .disconnected(let what): "the connection ended: \(what)"
    case .timedOut(let what, let afterMs): "\(what) took longer than \(afterMs) ms"
    case .malformedResponse(let what): "a broker's answer could not be read: \(what)"
    case .unsupportedByBroker(let what): "the broker does not serve what this needs: \(what)"
    case .recordTooLarge(let size, let limit):
      "a record of \(size) bytes is over the limit of \(limit) bytes (max.request.size)"
    case .unknownPartition(let topic, let partition): "there is no partition \(topic)-\(partition)"
    case .noOffset(let topic, let partition):
      "no offset to read \(topic)-\(partition) from, and auto.offset.reset=none"
    case .offsetOutOfRange(let topic, let partition, let offset):
      "offset \(offset) of \(topic)-\(partition) is out of range, and auto.offset.reset=none"
    case .offsetAboveEnd(let topic, let partition, let offset, let endOffset):
      "offset \(offset) of \(topic)-\(partition) is above the log's end: "
        + "the next record gets offset \(endOffset)"
    case .logTruncated(let topic, let partition, let offset, let divergent):
      "the log of \(topic)-\(partition) was truncated: "
        + (divergent.map { "records from offset \($0) to \(offset - 1), which were read, " }
          ?? "records before offset \(offset), which were read, ")
        + "are no longer in it"
    case .corruptBatch(let topic, let partition, let offset, let reason):
      "the batch at offset \(offset) of \(topic)-\(partition) cannot be read: \(reason)"
    case .closed: "the client was closed"
    }
  }
}
