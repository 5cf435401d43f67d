import CommitLog
import KafkaFormat

/// Prints the small files that stand beside segments: producers' state, epochs, checkpoints.
struct StateDump {
  let file: DumpFile
  let output: DumpOutput

  /// `[version i16 | crc u32 | count i32 | entries of 46 bytes]`, as `ProducerStateTable` has it.
  func runSnapshot() throws(DumpFailure) {
    output.head("producers' state, \(file.size) bytes")
    let bytes = try file.readAll()
    var reader = ByteReader(bytes.rawSpan)
    do throws(FormatError) {
      let version = try reader.int16()
      guard version == 1 else { throw FormatError.invalid("version \(version), 1 is read") }
      let crc = try reader.uint32()
      let actual = CRC32C.checksum(reader.rest())
      if crc != actual {
        output.problem("position 2: the file's checksum is \(actual), it says \(crc)")
      }
      let count = try reader.int32()
      for _ in 0..<max(0, count) { try showProducer(&reader) }
      if reader.remaining > 0 {
        output.problem("position \(reader.position): \(reader.remaining) bytes follow the end")
      }
      output.part("end", [DumpField("producers", .number(count))])
    } catch {
      throw DumpFailure("position \(reader.position): \(error.words)")
    }
  }

  @_lifetime(reader: copy reader)
  private func showProducer(_ reader: inout ByteReader) throws(FormatError) {
    try reader.require(46)
    output.part(
      "producer",
      [
        DumpField("producerId", .integer(try reader.int64())),
        DumpField("producerEpoch", .number(try reader.int16())),
        DumpField("lastSequence", .number(try reader.int32())),
        DumpField("lastOffset", .integer(try reader.int64())),
        DumpField("offsetDelta", .number(try reader.int32())),
        DumpField("timestamp", .timestamp(try reader.int64())),
        DumpField("coordinatorEpoch", .number(try reader.int32())),
        DumpField("currentTransactionFirstOffset", .integer(try reader.int64())),
      ])
  }

  /// Text: a version, a count, and so many lines with the fields named here.
  ///
  /// - Parameter names: Of the fields of a line; all but `topic` are numbers.
  func runCheckpoint(_ names: [String]) throws(DumpFailure) {
    output.head("checkpoint, \(file.size) bytes")
    let lines = try textLines()
    // Kafka makes some of them empty, and writes them when there is something to write.
    if lines.isEmpty { return output.part("end", [DumpField("entries", .integer(0))]) }
    guard lines.first == "0" else {
      throw DumpFailure("line 1: version \"\(lines.first ?? "")\", 0 is read")
    }
    guard lines.count > 1, let count = Int(lines[1]), count >= 0 else {
      throw DumpFailure("line 2: the number of entries is missing or no number")
    }
    for (index, line) in lines.enumerated().dropFirst(2) {
      let values = line.split(separator: " ", omittingEmptySubsequences: false)
      guard values.count == names.count else {
        throw DumpFailure("line \(index + 1): \(values.count) fields, there should be \(names)")
      }
      var fields: [DumpField] = []
      for (name, value) in zip(names, values) {
        if name == "topic" {
          fields.append(DumpField(name, .text(String(value))))
        } else if let number = Int64(value) {
          fields.append(DumpField(name, .integer(number)))
        } else {
          throw DumpFailure("line \(index + 1): \(name) \"\(value)\" is no number")
        }
      }
      output.part("entry", fields)
    }
    if lines.count - 2 != count {
      output.problem("line 2: says \(count) entries, \(lines.count - 2) follow")
    }
    output.part("end", [DumpField("entries", .number(lines.count - 2))])
  }

  func runMetaProperties() throws(DumpFailure) {
    output.head("meta.properties")
    do {
      let properties = try MetaProperties(try file.readAll())
      output.part(
        "properties",
        [
          DumpField("clusterId", .text(properties.clusterId)),
          DumpField("nodeId", .number(properties.nodeId)),
          DumpField("directoryId", .text("\(properties.directoryId)")),
        ])
    } catch let failure as DumpFailure {
      throw failure
    } catch {
      throw DumpFailure("\(error)")
    }
  }

  func runPartitionMetadata() throws(DumpFailure) {
    output.head("partition.metadata")
    guard let topicId = PartitionMetadataFile.topicId(in: try file.readAll()) else {
      throw DumpFailure("line 1: there should be \"version: 0\", then \"topic_id: \" and an id")
    }
    output.part("partition", [DumpField("topicId", .text("\(topicId)"))])
  }

  private func textLines() throws(DumpFailure) -> [String] {
    let bytes = try file.readAll()
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw DumpFailure("is no text")
    }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }
}
