import BrokerServer
import EventLoop
import Glibc
import KafkaMessages
import Testing

@Suite("framing", .serialized)
struct FramingTests {
  let directory = ScratchDirectory()

  @Test("pipelined requests are answered in order, however they are cut")
  func pipelining() throws {
    let broker = try startBroker(directory)
    defer { broker.stop() }
    let client = RawClient(broker)
    client.write((0..<500).flatMap { apiVersions($0) })
    for number in 0..<500 { #expect(client.readFrame().map(correlationId) == Int32(number)) }
    for byte in apiVersions(1_000) { client.write([byte]) }
    #expect(client.readFrame().map(correlationId) == 1_000)
  }

  @Test(
    "sizes that cannot be end the connection, and nobody else's",
    arguments: [
      [0xff, 0xff, 0xff, 0xff], [0x80, 0, 0, 0], [0x7f, 0xff, 0xff, 0xff], [0x06, 0x40, 0, 1],
      Array("GET / HTTP/1.1\r\n\r\n".utf8),
    ] as [[UInt8]])
  func impossibleSizes(bytes: [UInt8]) throws {
    let broker = try startBroker(directory, loops: 1)
    defer { broker.stop() }
    let other = RawClient(broker)
    let hostile = RawClient(broker)
    hostile.write(bytes)
    #expect(hostile.isClosedByPeer())
    other.write(apiVersions(5))
    #expect(other.readFrame().map(correlationId) == 5)
  }

  @Test("garbage of a possible size ends the connection")
  func garbage() throws {
    let broker = try startBroker(directory, loops: 1)
    defer { broker.stop() }
    for seed in 0..<20 {
      let client = RawClient(broker)
      let size = 7 * seed
      let bytes = (0..<size).map { UInt8(truncatingIfNeeded: ($0 + 3) &* (seed + 11) &* 97) }
      client.write([0, 0, 0, UInt8(size)] + bytes)
      #expect(client.isClosedByPeer(), "\(size) bytes")
    }
    let client = RawClient(broker)
    client.write(apiVersions(5))
    #expect(client.readFrame().map(correlationId) == 5)
  }

  @Test("a client that goes within a request is forgotten")
  func truncated() throws {
    let broker = try startBroker(directory, loops: 1)
    defer { broker.stop() }
    let part = Array(apiVersions(1).dropLast(3))
    do {
      let client = RawClient(broker)
      client.write(part)
      #expect(eventually { broker.traffic().receivedBytes >= Int64(part.count) })
      #expect(broker.connectionCount == 1)
    }
    #expect(eventually { broker.connectionCount == 0 })
  }

  @Test("a connection that says nothing whole is closed in time, one that speaks is not")
  func slowloris() throws {
    let broker = try startBroker(directory, loops: 1, ["connections.max.idle.ms": "300"])
    defer { broker.stop() }
    let idle = RawClient(broker)
    idle.write([0, 0, 0])
    // A pause of the machine may silence one that speaks, but not one after the other.
    #expect(try (0..<50).contains { _ in try isServedTwice(300, broker) })
    #expect(idle.isClosedByPeer())
  }

  /// Whether a client that speaks again and again is served for twice the time after which a
  /// silent one is closed. Only one that a pause of the machine has kept silent for longer than
  /// that may be closed.
  private func isServedTwice(_ limitMs: Int64, _ broker: RunningBroker) throws -> Bool {
    var spoke = EventLoop.currentTime.nanoseconds
    let client = RawClient(broker)
    for number in Int32(0)..<20 {
      // A tenth of the limit.
      usleep(UInt32(limitMs) * 100)
      let speaks = EventLoop.currentTime.nanoseconds
      client.write(apiVersions(number))
      let answer = client.readFrame().map(correlationId)
      let silence = EventLoop.currentTime.nanoseconds - spoke
      if answer != number {
        try #require(client.isClosedByPeer())
        #expect(silence > limitMs * 1_000_000)
        return false
      }
      spoke = speaks
    }
    return true
  }

  @Test("200 clients that announce 100 MiB and send 1 KB cost little")
  func hostileAnnouncements() throws {
    // None of them waits for a second until the kernel tries again.
    let broker = try startBroker(directory, ["socket.listen.backlog.size": "1024"])
    defer { broker.stop() }
    let before = residentBytes()
    let announcement: [UInt8] = [0x06, 0x40, 0, 0] + [UInt8](repeating: 1, count: 1_000)
    let clients = (0..<200).map { _ in RawClient(broker) }
    for client in clients { client.write(announcement) }
    let polite = RawClient(broker)
    polite.write(apiVersions(9))
    #expect(polite.readFrame().map(correlationId) == 9)
    #expect(eventually { broker.connectionCount == 201 }, "\(broker.connectionCount)")
    let sent = clients.count * announcement.count + apiVersions(9).count
    #expect(eventually { broker.traffic().receivedBytes >= Int64(sent) })
    #expect(residentBytes() - before < 20 << 20)
  }

  @Test("a client that takes no answers does not grow the heap")
  func slowReader() throws {
    let broker = try startBroker(directory, loops: 1)
    defer { broker.stop() }
    let before = residentBytes()
    let client = RawClient(broker, timeoutMs: 1_000)
    let many = (0..<20_000).flatMap { apiVersions($0) }
    // More than the kernel's buffers hold, however large it makes them.
    let most = (128 << 20) / many.count
    var written = 0
    for _ in 0..<most {
      let count = client.write(many)
      written += count
      if count < many.count { break }
    }
    #expect(written < most * many.count)
    #expect(residentBytes() - before < 40 << 20)
    let other = RawClient(broker)
    other.write(apiVersions(3))
    #expect(other.readFrame().map(correlationId) == 3)
  }

  @Test("requests wait while queued.max.request.bytes are being read")
  func requestMemory() throws {
    let broker = try startBroker(directory, ["queued.max.request.bytes": "1000"])
    defer { broker.stop() }
    var large: RawClient? = RawClient(broker)
    large?.write([0, 0, 0x10, 0, 1, 2, 3])
    #expect(eventually { broker.traffic().receivedBytes >= 7 })
    let second = RawClient(broker)
    let request = apiVersions(8)
    second.write(Array(request.prefix(8)))
    #expect(eventually { broker.traffic().receivedBytes >= 7 + 8 })
    second.write(Array(request.dropFirst(8)))
    #expect(second.isSilent(forMs: 300))
    large = nil
    #expect(second.readFrame().map(correlationId) == 8)
  }
}
