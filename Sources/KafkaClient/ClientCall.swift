import KafkaFormat
import Transport

/// One request on its way through a connection, and what hears its answer.
protocol ClientCall: AnyObject {
  var apiKey: Int16 { get }
  /// The versions this client speaks; the highest that the broker has too is used.
  var versions: ClosedRange<Int16> { get }
  /// Acks=0 gets no answer: then the call is over when its bytes are sent.
  var expectsResponse: Bool { get }
  /// How long the answer may take.
  var timeoutMs: Int64 { get }

  /// The request as it goes out, its 4-byte size first.
  func encode(version: Int16, correlationId: Int32, clientId: String) -> [OutboundPart]
  /// The answer, from after its header on; only lent for the call.
  ///
  /// - Parameter frameBytes: The size of the whole answer.
  /// - Throws: what makes the answer unreadable; the connection is closed, then `failed` follows.
  @_lifetime(reader: copy reader)
  func answered(
    _ reader: inout ByteReader, version: Int16, sentNanos: Int64, frameBytes: Int
  ) throws(FormatError)
  /// There will be no answer. The last call, unless `answered` returned.
  func failed(_ error: ClientError)
  /// All bytes of a call without an answer were taken by the kernel.
  func sentWithoutResponse()
}

extension ClientCall {
  var expectsResponse: Bool { true }
  func sentWithoutResponse() {}
}
