import BrokerServer
import Glibc
import Testing

/// `connections.max.idle.ms`, as Kafka 4.3.1 behaves where nothing else is said.
@Suite("idle connections", .serialized)
struct IdleTests {
  let directory = ScratchDirectory()

  /// Whether a request is answered whose bytes come one by one, over three times the limit.
  private func isAnsweredSlowly(_ broker: RunningBroker, limitMs: Int64) throws -> Bool {
    let client = RawClient(broker)
    for byte in apiVersions(7) {
      usleep(UInt32(limitMs) * 200)
      if client.write([byte]) < 1 { return false }
    }
    return client.readFrame().map(correlationId) == 7
  }

  @Test("bytes of a request under way are activity")
  func slowRequest() throws {
    let broker = try startBroker(directory, loops: 1, ["connections.max.idle.ms": "1000"])
    defer { broker.stop() }
    // The frame has 17 bytes, a fifth of the limit apart. Where a byte is no activity
    // none is answered; a pause of the machine, of client or broker, spoils one and not all.
    #expect(try (0..<20).contains { _ in try isAnsweredSlowly(broker, limitMs: 1_000) })
  }

  @Test("a request that stopped under way is closed")
  func stalledRequest() throws {
    let broker = try startBroker(directory, loops: 1, ["connections.max.idle.ms": "300"])
    defer { broker.stop() }
    let client = RawClient(broker)
    client.write([0, 0, 4, 0, 1, 2, 3])
    #expect(client.isClosedByPeer())
  }

  @Test("a client that takes no answers is closed, whatever waits for it")
  func stuckReader() throws {
    let broker = try startBroker(directory, loops: 1, ["connections.max.idle.ms": "300"])
    defer { broker.stop() }
    let client = RawClient(broker, timeoutMs: 1_000)
    let many = (0..<20_000).flatMap { apiVersions($0) }
    for _ in 0..<200 where client.write(many) < many.count { break }
    #expect(eventually { broker.connectionCount == 0 })
  }
}
