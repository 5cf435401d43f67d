import BrokerServer
import EventLoop
import KafkaMessages
import Testing

@Suite("listeners on sockets", .serialized)
struct ListenerTests {
  let directory = ScratchDirectory()

  private func brokers(_ client: RawClient) throws -> [String] {
    try client.call(MetadataRequest(topics: []), version: 9)?.brokers
      .map { "\($0.host):\($0.port)" } ?? []
  }

  @Test("each client is given the address of the listener that it came by")
  func severalListeners() throws {
    let broker = try startBroker(
      directory, loops: 2,
      [
        "listeners": "inside://127.0.0.1:0,outside://127.0.0.1:0",
        "advertised.listeners": "inside://127.0.0.1:0,outside://example.org:9999",
        "listener.security.protocol.map": "inside:PLAINTEXT,outside:PLAINTEXT",
      ])
    defer { broker.stop() }
    #expect(broker.listeners.map(\.name) == ["INSIDE", "OUTSIDE"])
    // Connections are handed to the loops in turn: each listener's reach both.
    for _ in 0..<3 {
      #expect(
        try brokers(RawClient(broker, listener: 0)) == ["127.0.0.1:\(broker.listeners[0].port)"])
      #expect(try brokers(RawClient(broker, listener: 1)) == ["example.org:9999"])
    }
  }

  @Test("a listener without a host serves all addresses and gives clients the host name")
  func hostName() throws {
    let broker = try startBroker(directory, ["listeners": "PLAINTEXT://:0"])
    defer { broker.stop() }
    let name = HostName.canonical() ?? "127.0.0.1"
    #expect(try brokers(RawClient(broker)) == ["\(name):\(broker.listeners[0].port)"])
    #expect(broker.bootstrapServer == "127.0.0.1:\(broker.listeners[0].port)")
  }
}
