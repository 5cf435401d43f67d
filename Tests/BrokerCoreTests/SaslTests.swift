import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

/// As Kafka 4.3.1 answers on a listener without SASL.
@Suite("SASL on a listener that has none")
struct SaslTests {
  @Test("each request is ILLEGAL_SASL_STATE, and the connection stays")
  func illegalState() throws {
    let broker = try TestBroker()
    let connection = broker.connect()
    for version in Int16(0)...1 {
      let answer = try broker.send(
        SaslHandshakeRequest(mechanism: "PLAIN"), version: version, connection: connection)
      #expect(answer.errorCode == .illegalSaslState)
      #expect(answer.mechanisms.isEmpty)
    }
    for version in Int16(0)...2 {
      let answer = try broker.send(
        SaslAuthenticateRequest(authBytes: [0, 97, 0, 98]), version: version,
        connection: connection)
      #expect(answer.errorCode == .illegalSaslState)
      #expect(answer.errorMessage?.contains("PLAINTEXT") == true)
      #expect(answer.authBytes.isEmpty)
    }
    #expect(try broker.send(MetadataRequest(topics: []), version: 9).brokers.count == 1)
  }
}
