import KafkaFormat
import KafkaMessages

/// What stands before a request's body, without its client id.
struct RequestHead {
  let apiKeyNumber: Int16
  let apiKey: ApiKey?
  let version: Int16
  let correlationId: Int32
  /// Where the body starts in the frame.
  let bodyPosition: Int

  init(_ frame: RawSpan) throws(FormatError) {
    var reader = ByteReader(frame)
    apiKeyNumber = try reader.int16()
    version = try reader.int16()
    correlationId = try reader.int32()
    apiKey = ApiKey(rawValue: apiKeyNumber)
    let clientIdLength = try reader.int16()
    if clientIdLength < -1 { throw .invalidLength(Int(clientIdLength)) }
    try reader.skip(max(0, Int(clientIdLength)))
    // What a later version of ApiVersions puts here is not known, nor needed.
    let isUnknown = apiKey == .apiVersions && !ApiVersionsRequest.versions.contains(version)
    if let apiKey, !isUnknown, apiKey.requestHeaderVersion(for: version) == 2 {
      try reader.skipTaggedFields()
    }
    bodyPosition = reader.position
  }
}

/// What a handler knows of the request it handles.
struct RequestContext {
  let head: RequestHead
  let connection: UInt64
  let clientAddress: String
  /// The listener that the connection came by: its place in the configuration's `listeners`.
  let listener: Int
  let nowMs: Int64
  let nowNanos: Int64

  /// Reads the body.
  func decode<R: KafkaRequest>(_ type: R.Type, _ frame: RawSpan) throws(FormatError) -> R {
    var reader = ByteReader(frame)
    try reader.skip(head.bodyPosition)
    return try R(from: &reader, version: head.version)
  }

  func response(_ body: some KafkaResponse) -> Outcome { .respond(encoded(body)) }

  func encoded(_ body: some KafkaResponse) -> Response {
    Response(body.frame(version: head.version, correlationId: head.correlationId))
  }
}
