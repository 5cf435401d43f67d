import KafkaFormat
import KafkaMessages

/// Produce requests with one batch, written once and sent again and again, and their answers.
///
/// Version 8: the last with fixed places, served by our broker and by Kafka alike.
struct ProduceFrame {
  static let version: Int16 = 8
  /// The whole frame, the four bytes of its size included.
  var bytes: [UInt8]
  private let batchPosition: Int
  /// Where the error code stands in an answer, its size included.
  private let errorPosition: Int

  init(topic: String, batch: WriteBatch, acks: Int16 = 1) {
    var parts = ProduceRequestParts(
      version: Self.version, correlationId: 1, clientId: "weir-suite", acks: acks,
      timeoutMs: 60_000, topicCount: 1)
    parts.topic(name: topic, id: .zero, partitionCount: 1)
    parts.partition(0, recordsSize: batch.bytes.count)
    let frame = parts.finish()
    bytes = Array(frame.bytes[frame.range(0)])
    batchPosition = bytes.count
    bytes += batch.bytes
    for index in 1..<frame.rangeCount { bytes += frame.bytes[frame.range(index)] }
    // Size, correlation, topics, name, partitions, partition.
    errorPosition = 4 + 4 + 4 + 2 + topic.utf8.count + 4 + 4
  }

  /// As a client sends it: whoever appended the batch in place has given it an offset.
  mutating func forgetOffset() {
    for index in batchPosition..<batchPosition + 8 { bytes[index] = 0 }
  }

  /// The error that an answer tells, in words; nil where the batch was taken.
  func refusal(in answer: ArraySlice<UInt8>) -> String? {
    let at = answer.startIndex + errorPosition
    guard at + 1 < answer.endIndex else { return "an answer of \(answer.count) bytes" }
    let code = ErrorCode(
      rawValue: Int16(bitPattern: UInt16(answer[at]) << 8 | UInt16(answer[at + 1])))
    return code == .none ? nil : "\(code.name), \(code.message)"
  }
}
