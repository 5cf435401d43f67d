import KafkaFormat
import KafkaMessages

// SaslHandshake (17), versions 0–1; SaslAuthenticate (36), versions 0–2.
//
// No listener speaks SASL. As Kafka on a listener without it, the broker answers each of them with
// ILLEGAL_SASL_STATE and no mechanism, and the connection stays: a client whose configuration asks
// for SASL reports that error, and not a connection that closed.

extension RequestProcessor {
  func handleSaslHandshake(_ frame: RawSpan, _ context: RequestContext) throws(FormatError)
    -> Outcome
  {
    _ = try context.decode(SaslHandshakeRequest.self, frame)
    return context.response(SaslHandshakeResponse(errorCode: .illegalSaslState))
  }

  func handleSaslAuthenticate(_ frame: RawSpan, _ context: RequestContext) throws(FormatError)
    -> Outcome
  {
    _ = try context.decode(SaslAuthenticateRequest.self, frame)
    let name = node.config.listeners[context.listener].name
    return context.response(
      SaslAuthenticateResponse(
        errorCode: .illegalSaslState,
        errorMessage: "The listener \(name) does not authenticate with SASL."))
  }
}
