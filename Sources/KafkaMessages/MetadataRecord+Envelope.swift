import KafkaFormat

/// The frame around a record of the metadata log, the value of a Kafka record:
///
///     [frameVersion uvarint = 1 | key uvarint | version uvarint | body]
///
/// - Source: KIP-631; Apache Kafka `AbstractApiMessageSerde`.
extension MetadataRecord {
  /// Reads the value of one record of the metadata log.
  ///
  /// - Throws: `FormatError`, also for a frame version, a key or a version that is not known and
  ///   for bytes behind the body.
  public init(envelope value: RawSpan) throws(FormatError) {
    var reader = ByteReader(value)
    let frameVersion = try reader.unsignedVarint()
    if frameVersion != 1 { throw .invalid("frame version \(frameVersion) of a metadata record") }
    let key = try reader.unsignedVarint()
    let version = try reader.unsignedVarint()
    guard let version = Int16(exactly: version) else { throw .invalid("version \(version)") }
    let record = try MetadataRecord(key: key, version: version, from: &reader)
    guard let record else { throw .invalid("metadata record of unknown type \(key)") }
    if reader.remaining > 0 { throw .invalid("\(reader.remaining) bytes behind the record") }
    self = record
  }
}

extension MetadataRecordBody {
  /// This record as the value of a record of the metadata log.
  public func envelope(version: Int16) -> [UInt8] {
    var writer = ByteWriter()
    writer.unsignedVarint(1)
    writer.unsignedVarint(Self.recordKey)
    writer.unsignedVarint(UInt32(version))
    write(to: &writer, version: version)
    return writer.finish()
  }
}
