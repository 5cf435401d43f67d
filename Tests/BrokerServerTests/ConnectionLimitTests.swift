import BrokerServer
import Testing

@Suite("limits of connections", .serialized)
struct ConnectionLimitTests {
  let directory = ScratchDirectory()

  @Test("connections over the limit of one address are closed")
  func connectionsPerAddress() throws {
    let broker = try startBroker(directory, ["max.connections.per.ip": "3"])
    defer { broker.stop() }
    var admitted = (0..<3).map { _ in RawClient(broker) }
    for client in admitted {
      client.write(apiVersions(1))
      #expect(client.readFrame() != nil)
    }
    #expect(RawClient(broker).isClosedByPeer())
    admitted.removeLast()
    #expect(eventually { broker.connectionCount == 2 })
    let next = RawClient(broker)
    next.write(apiVersions(2))
    #expect(next.readFrame().map(correlationId) == 2)
  }

  @Test("connections over the limit of all wait, on every listener, and one that closes makes room")
  func connectionsInAll() throws {
    let broker = try startBroker(
      directory,
      [
        "max.connections": "2", "listeners": "A://127.0.0.1:0,B://127.0.0.1:0",
        "listener.security.protocol.map": "A:PLAINTEXT,B:PLAINTEXT",
      ])
    defer { broker.stop() }
    var admitted = (0..<2).map { RawClient(broker, listener: $0) }
    for client in admitted {
      client.write(apiVersions(1))
      #expect(client.readFrame() != nil)
    }
    let waiting = (0..<4).map { RawClient(broker, listener: $0 % 2) }
    for (number, client) in waiting.enumerated() { client.write(apiVersions(Int32(number))) }
    for client in waiting { #expect(client.isSilent(forMs: 100)) }
    #expect(broker.connectionCount == 2)
    // Those that are served are served on.
    for client in admitted {
      client.write(apiVersions(7))
      #expect(client.readFrame().map(correlationId) == 7)
    }
    admitted.removeAll()
    #expect(eventually { waiting.filter { !$0.isSilent(forMs: 0) }.count == 2 })
    #expect(broker.connectionCount == 2)
    for client in waiting where !client.isSilent(forMs: 0) { client.hangUp() }
    for (number, client) in waiting.enumerated() {
      #expect(client.readFrame().map(correlationId) == Int32(number))
    }
  }

  @Test("with room for no connection none is accepted, and the broker stops all the same")
  func none() throws {
    let broker = try startBroker(directory, ["max.connections": "0"])
    let client = RawClient(broker)
    client.write(apiVersions(1))
    #expect(client.isSilent(forMs: 100))
    #expect(broker.connectionCount == 0)
    broker.stop()
  }
}
