import BrokerServer
import EventLoop
import Glibc
import Testing

/// `connections.max.idle.ms`, as Kafka 4.3.1 behaves where nothing else is said.
@Suite("idle connections", .serialized)
struct IdleTests {
  let directory = ScratchDirectory()

  /// Whether a request is answered whose bytes come one by one, over several times the limit. Only
  /// where the machine paused for longer than the limit may it be closed.
  private func isAnsweredSlowly(_ broker: RunningBroker, limitMs: Int64) throws -> Bool {
    let client = RawClient(broker)
    var last = EventLoop.currentTime.nanoseconds
    var longest: Int64 = 0
    for byte in apiVersions(7) {
      usleep(UInt32(limitMs) * 100)
      let isTaken = client.write([byte]) == 1
      let now = EventLoop.currentTime.nanoseconds
      longest = max(longest, now - last)
      last = now
      if !isTaken { break }
    }
    if client.readFrame().map(correlationId) == 7 { return true }
    #expect(longest > limitMs * 1_000_000)
    return false
  }

  @Test("bytes of a request under way are activity")
  func slowRequest() throws {
    let broker = try startBroker(directory, loops: 1, ["connections.max.idle.ms": "1000"])
    defer { broker.stop() }
    // The frame has more than 20 bytes, a tenth of the limit apart.
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
