/// One pass over the records of a batch, each checked to its last byte.
///
/// A free loop over plain numbers, because it is where a broker that validates spends its time.
enum RecordWalk {
  static func run(
    _ records: RawSpan, rules: RecordBatchRules, nowMs: Int64, summary: inout RecordBatchSummary
  ) throws(RecordBatchError) {
    let header = summary.header
    let checksTime = rules.timestampType == .createTime
    // −1 is "no timestamp" and always allowed; the limits saturate.
    let earliest = checksTime ? subtracting(rules.timestampBeforeMaxMs, from: nowMs) : Int64.min
    let latest = checksTime ? adding(rules.timestampAfterMaxMs, to: nowMs) : Int64.max
    var reader = ByteReader(records)
    var maxTimestamp: Int64 = -1
    var deltaOfMax: Int32 = -1
    var payload = 0
    var rejections: RecordRejections?
    for index in 0..<header.recordCount {
      let record: Fields
      do {
        record = try fields(&reader)
      } catch {
        throw .malformedRecord(index: Int(index), error)
      }
      if record.offsetDelta != index {
        throw .offsetDelta(index: Int(index), actual: record.offsetDelta)
      }
      let timestamp = header.baseTimestamp &+ record.timestampDelta
      if rules.requiresKey, record.keySize < 0 {
        reject(index, .missingKey, &rejections)
      } else if timestamp < earliest || timestamp > latest, timestamp != -1 {
        reject(index, .timestamp(timestamp), &rejections)
      }
      if timestamp > maxTimestamp {
        maxTimestamp = timestamp
        deltaOfMax = index
      }
      payload &+= max(0, record.keySize) &+ max(0, record.valueSize)
    }
    if reader.remaining > 0 { throw .trailingBytes(reader.remaining) }
    if let rejections { throw .rejected(rejections) }
    summary.payloadBytes = payload
    if header.timestampType == .createTime {
      summary.maxTimestamp = maxTimestamp
      summary.offsetDeltaOfMaxTimestamp = deltaOfMax < 0 ? header.lastOffsetDelta : deltaOfMax
    }
  }

  @inline(never)
  private static func reject(
    _ index: Int32, _ reason: RecordRejection.Reason, _ rejections: inout RecordRejections?
  ) {
    rejections = rejections ?? RecordRejections()
    rejections?.add(RecordRejection(index: index, reason: reason))
  }

  /// What is kept of one record.
  struct Fields {
    var timestampDelta: Int64
    var offsetDelta: Int32
    /// −1 is null.
    var keySize: Int
    var valueSize: Int
  }

  @inline(__always)
  @_lifetime(reader: copy reader)
  private static func fields(_ reader: inout ByteReader) throws(FormatError) -> Fields {
    let length = Int(try reader.varint())
    try reader.require(length)
    let end = reader.position &+ length
    try reader.skip(1)
    let timestampDelta = try reader.varlong()
    let offsetDelta = try reader.varint()
    let keySize = Int(try reader.varint())
    if keySize > 0 { try reader.skip(keySize) }
    let valueSize = Int(try reader.varint())
    if valueSize > 0 { try reader.skip(valueSize) }
    let headerCount = Int(try reader.varint())
    if headerCount != 0 { try skipHeaders(headerCount, &reader) }
    if reader.position != end { throw .invalidLength(length) }
    return Fields(
      timestampDelta: timestampDelta, offsetDelta: offsetDelta, keySize: keySize,
      valueSize: valueSize)
  }

  @_lifetime(reader: copy reader)
  private static func skipHeaders(_ count: Int, _ reader: inout ByteReader)
    throws(FormatError)
  {
    // A header takes two bytes at least.
    if count < 0 || count > reader.remaining / 2 { throw .invalidLength(count) }
    for _ in 0..<count {
      try reader.skip(Int(try reader.varint()))
      let valueSize = Int(try reader.varint())
      if valueSize > 0 { try reader.skip(valueSize) }
    }
  }

  private static func subtracting(_ limit: Int64, from now: Int64) -> Int64 {
    let (value, overflow) = now.subtractingReportingOverflow(limit)
    return overflow ? (limit < 0 ? Int64.max : Int64.min) : value
  }

  private static func adding(_ limit: Int64, to now: Int64) -> Int64 {
    let (value, overflow) = now.addingReportingOverflow(limit)
    return overflow ? (limit < 0 ? Int64.min : Int64.max) : value
  }
}
