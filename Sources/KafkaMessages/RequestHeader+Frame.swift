import KafkaFormat

extension RequestHeader {
  /// Reads the header of a request whose API and version are not known beforehand.
  ///
  /// The first eight bytes and the client id are the same in both versions of the header; tagged
  /// fields follow where `requestApiVersion` is flexible. For an API that is not known none are
  /// expected. Behind the call the reader stands at the request's body.
  @_lifetime(reader: copy reader)
  public static func read(from reader: inout ByteReader) throws(FormatError) -> RequestHeader {
    let header = try RequestHeader(from: &reader, version: 1)
    if header.headerVersion == 2 { try reader.skipTaggedFields() }
    return header
  }

  /// The API; `nil` where the key is not known.
  public var apiKey: ApiKey? { ApiKey(rawValue: requestApiKey) }

  private var headerVersion: Int16 {
    apiKey?.requestHeaderVersion(for: requestApiVersion) ?? 1
  }
}

extension KafkaRequest {
  /// A whole frame: size, header, this request.
  public func frame(version: Int16, correlationId: Int32, clientId: String?) -> [UInt8] {
    var writer = ByteWriter()
    writer.int32(0)
    let header = RequestHeader(
      requestApiKey: Self.apiKey.rawValue, requestApiVersion: version,
      correlationId: correlationId, clientId: clientId)
    header.write(to: &writer, version: Self.apiKey.requestHeaderVersion(for: version))
    write(to: &writer, version: version)
    writer.patchInt32(Int32(writer.count - 4), at: 0)
    return writer.finish()
  }
}

extension KafkaResponse {
  /// A whole frame: size, header, this response.
  public func frame(version: Int16, correlationId: Int32) -> [UInt8] {
    var writer = ByteWriter()
    writer.int32(0)
    let header = ResponseHeader(correlationId: correlationId)
    header.write(to: &writer, version: Self.apiKey.responseHeaderVersion(for: version))
    write(to: &writer, version: version)
    writer.patchInt32(Int32(writer.count - 4), at: 0)
    return writer.finish()
  }
}
