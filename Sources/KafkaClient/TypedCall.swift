import KafkaFormat
import KafkaMessages
import Transport

/// A call whose request and response are messages.
final class TypedCall<Request: KafkaRequest>: ClientCall {
  var apiKey: Int16 { Request.apiKey.rawValue }
  let versions: ClosedRange<Int16>
  let timeoutMs: Int64
  private let request: Request
  private var completion: ((Result<Request.Response, ClientError>) -> Void)?

  /// - Parameters:
  ///   - versions: nil is all that are defined.
  ///   - completion: Called once.
  init(
    _ request: Request, versions: ClosedRange<Int16>? = nil, timeoutMs: Int64,
    completion: @escaping (Result<Request.Response, ClientError>) -> Void
  ) {
    self.request = request
    self.versions = versions ?? Request.versions
    self.timeoutMs = timeoutMs
    self.completion = completion
  }

  func encode(version: Int16, correlationId: Int32, clientId: String) -> [OutboundPart] {
    let frame = request.frame(version: version, correlationId: correlationId, clientId: clientId)
    return [.bytes(frame)]
  }

  @_lifetime(reader: copy reader)
  func answered(
    _ reader: inout ByteReader, version: Int16, sentNanos: Int64, frameBytes: Int
  ) throws(FormatError) {
    let response = try Request.Response(from: &reader, version: version)
    finish(.success(response))
  }

  func failed(_ error: ClientError) { finish(.failure(error)) }

  private func finish(_ result: Result<Request.Response, ClientError>) {
    let heard = completion
    completion = nil
    heard?(result)
  }
}

/// Asks a broker which versions it serves.
///
/// A broker that does not know the version answers UNSUPPORTED_VERSION (35) in the form of version
/// 0. What follows the error code differs between implementations and is not read: version 0 is
/// asked for next, which every broker serves and which says all that this client uses.
///
/// - Source: KIP-35, KIP-511.
final class ApiVersionsCall: ClientCall {
  enum Outcome {
    case served([Int16: ClosedRange<Int16>])
    case unsupportedVersion
    case failed(ClientError)
  }

  let apiKey = ApiKey.apiVersions.rawValue
  let versions: ClosedRange<Int16> = 0...4
  let timeoutMs: Int64
  private var completion: ((Outcome) -> Void)?

  init(timeoutMs: Int64, completion: @escaping (Outcome) -> Void) {
    self.timeoutMs = timeoutMs
    self.completion = completion
  }

  func encode(version: Int16, correlationId: Int32, clientId: String) -> [OutboundPart] {
    let request = ApiVersionsRequest(clientSoftwareName: "weir", clientSoftwareVersion: "0.1")
    return [
      .bytes(request.frame(version: version, correlationId: correlationId, clientId: clientId))
    ]
  }

  @_lifetime(reader: copy reader)
  func answered(
    _ reader: inout ByteReader, version: Int16, sentNanos: Int64, frameBytes: Int
  ) throws(FormatError) {
    let start = reader.position
    let code = ErrorCode(rawValue: try reader.int16())
    var fields = ByteReader(reader.bytes.extracting(start..<reader.bytes.byteCount))
    if code == .unsupportedVersion { return finish(.unsupportedVersion) }
    let response = try ApiVersionsResponse(from: &fields, version: version)
    guard response.errorCode == .none else {
      return finish(.failed(.broker(response.errorCode)))
    }
    let served: [Int16: ClosedRange<Int16>]
    do throws(ClientError) { served = try Self.ranges(response.apiKeys) } catch {
      return finish(.failed(error))
    }
    let missing = Self.needed.filter { served[$0.rawValue] == nil }
    guard missing.isEmpty else {
      return finish(
        .failed(
          .unsupportedByBroker(
            missing.map(\.name).joined(separator: ", ")
              + "; every Kafka broker serves them: is this the port of a controller?")))
    }
    finish(.served(served))
  }

  /// What makes a broker one.
  private static let needed: [ApiKey] = [.produce, .fetch, .metadata]

  /// The versions of each API. They hold for as long as the connection lives, so that nothing is
  /// guessed from an answer that contradicts itself.
  private static func ranges(
    _ entries: [ApiVersionsResponse.ApiVersion]
  ) throws(ClientError) -> [Int16: ClosedRange<Int16>] {
    var served: [Int16: ClosedRange<Int16>] = [:]
    for entry in entries {
      let name = ApiKey(rawValue: entry.apiKey)?.name ?? "API \(entry.apiKey)"
      guard entry.minVersion <= entry.maxVersion else {
        throw .malformedResponse(
          "ApiVersions: \(name) in versions \(entry.minVersion) to \(entry.maxVersion)")
      }
      guard served[entry.apiKey] == nil else {
        throw .malformedResponse("ApiVersions: \(name) is named twice")
      }
      served[entry.apiKey] = entry.minVersion...entry.maxVersion
    }
    return served
  }

  func failed(_ error: ClientError) { finish(.failed(error)) }

  private func finish(_ outcome: Outcome) {
    let heard = completion
    completion = nil
    heard?(outcome)
  }
}
