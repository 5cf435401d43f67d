import KafkaFormat
import KafkaMessages

// The answer to Produce, written by hand on the bytes of the request.
extension RequestProcessor {
  func produceResponse(
    _ request: ProduceRequestReader, _ frame: RawSpan, _ context: RequestContext
  ) -> Response {
    let version = request.version
    let compact = version >= ProduceResponse.firstFlexibleVersion
    var writer = ByteWriter(reserving: 64 + 64 * produced.count)
    writer.int32(0)
    writer.int32(context.head.correlationId)
    if compact { writer.noTaggedFields() }
    writer.arrayCount(request.topicCount, compact: compact)
    var index = 0
    for topicIndex in 0..<request.topicCount {
      let first = index
      while index < produced.count, produced[index].request.topic.index == topicIndex { index += 1 }
      guard index > first else {
        // A topic without partitions: nothing of it is known behind the reader.
        writeEmptyTopic(&writer, version: version)
        continue
      }
      let topic = produced[first].request.topic
      if version >= 13 {
        writer.uuid(topic.id)
      } else {
        writer.wideOrShortLength(topic.name.count, compact: compact)
        writer.raw(frame.extracting(topic.name))
      }
      let answered = produced[first..<index].lazy.filter { !$0.isSuperseded }
      writer.arrayCount(answered.count, compact: compact)
      for item in answered { write(item, to: &writer, version: version) }
      if compact { writer.noTaggedFields() }
    }
    writer.int32(0)
    if compact { writer.noTaggedFields() }
    writer.patchInt32(Int32(writer.count - 4), at: 0)
    return Response(writer.finish())
  }

  private func writeEmptyTopic(_ writer: inout ByteWriter, version: Int16) {
    let compact = version >= ProduceResponse.firstFlexibleVersion
    if version >= 13 { writer.uuid(.zero) } else { writer.string("", compact: compact) }
    writer.arrayCount(0, compact: compact)
    if compact { writer.noTaggedFields() }
  }

  private func write(_ item: ProducedPartition, to writer: inout ByteWriter, version: Int16) {
    let compact = version >= ProduceResponse.firstFlexibleVersion
    writer.int32(item.request.index)
    writer.int16(item.error.rawValue)
    writer.int64(item.error == .none ? item.baseOffset : -1)
    writer.int64(item.error == .none ? item.logAppendTimeMs : -1)
    if version >= 5 { writer.int64(item.error == .none ? item.logStartOffset : -1) }
    if version >= 8 {
      writer.arrayCount(item.recordErrors.count, compact: compact)
      for record in item.recordErrors {
        writer.int32(record.index)
        writer.nullableString(record.message, compact: compact)
        if compact { writer.noTaggedFields() }
      }
      writer.nullableString(item.message, compact: compact)
    }
    if compact { writer.noTaggedFields() }
  }
}

extension ByteWriter {
  /// The length of a string.
  mutating func wideOrShortLength(_ count: Int, compact: Bool) {
    if compact {
      unsignedVarint(UInt32(count) + 1)
    } else {
      int16(Int16(truncatingIfNeeded: count))
    }
  }
}

extension ProducedPartition {
  /// A record that is at fault, as version 8 and later list them.
  struct RecordError {
    var index: Int32
    var message: String
  }
}

extension RecordBatchError {
  /// The records that are at fault: all that the topic refuses, or the first that cannot be read.
  var recordErrors: [ProducedPartition.RecordError] {
    switch self {
    case .rejected(let rejections):
      rejections.listed.map { .init(index: $0.index, message: "\($0)") }
    case .malformedRecord(let index, _), .offsetDelta(let index, _):
      [.init(index: Int32(clamping: index), message: description)]
    default: []
    }
  }

  /// What the client reads, with the setting that would allow the batch where one would.
  var produceMessage: String {
    switch self {
    case .compression(.tooLarge): "\(self) (\(BrokerConfigKeys.batchDecompressedBytesMax))"
    default: description
    }
  }
}
