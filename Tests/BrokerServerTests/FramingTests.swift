import BrokerServer
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
    do {
      let client = RawClient(broker)
      client.write(Array(apiVersions(1).dropLast(3)))
      usleep(50_000)
      #expect(broker.connectionCount == 1)
    }
    usleep(100_000)
    #expect(broker.connectionCount == 0)
  }

  @Test("a connection that says nothing whole is closed in time")
  func slowloris() throws {
    let broker = try startBroker(directory, loops: 1, ["connections.max.idle.ms": "200"])
    defer { broker.stop() }
    let idle = RawClient(broker)
    idle.write([0, 0, 0])
    let busy = RawClient(broker)
    for number in 0..<6 {
      usleep(70_000)
      busy.write(apiVersions(Int32(number)))
      #expect(busy.readFrame().map(correlationId) == Int32(number))
    }
    #expect(idle.isClosedByPeer())
  }

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
    usleep(100_000)
    let next = RawClient(broker)
    next.write(apiVersions(2))
    #expect(next.readFrame().map(correlationId) == 2)
  }

  @Test("connections over the limit of all are closed, and one that goes makes room")
  func connectionsInAll() throws {
    let broker = try startBroker(directory, ["max.connections": "2"])
    defer { broker.stop() }
    var admitted = (0..<2).map { _ in RawClient(broker) }
    for client in admitted {
      client.write(apiVersions(1))
      #expect(client.readFrame() != nil)
    }
    #expect(RawClient(broker).isClosedByPeer())
    admitted.removeLast()
    usleep(100_000)
    let next = RawClient(broker)
    next.write(apiVersions(2))
    #expect(next.readFrame().map(correlationId) == 2)
  }

  @Test("200 clients that announce 100 MiB and send 1 KB cost little")
  func hostileAnnouncements() throws {
    let broker = try startBroker(directory)
    defer { broker.stop() }
    let before = residentBytes()
    let announcement: [UInt8] = [0x06, 0x40, 0, 0] + [UInt8](repeating: 1, count: 1_000)
    let clients = (0..<200).map { _ in RawClient(broker) }
    for client in clients { client.write(announcement) }
    let polite = RawClient(broker)
    polite.write(apiVersions(9))
    #expect(polite.readFrame().map(correlationId) == 9)
    #expect(broker.connectionCount == 201)
    #expect(residentBytes() - before < 20 << 20)
  }

  @Test("a client that takes no answers does not grow the heap")
  func slowReader() throws {
    let broker = try startBroker(directory, loops: 1)
    defer { broker.stop() }
    let before = residentBytes()
    let client = RawClient(broker, timeoutMs: 300)
    let many = (0..<20_000).flatMap { apiVersions($0) }
    var written = 0
    for _ in 0..<20 {
      let count = client.write(many)
      written += count
      if count < many.count { break }
    }
    #expect(written < 20 * many.count)
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
    usleep(50_000)
    let second = RawClient(broker, timeoutMs: 300)
    let request = apiVersions(8)
    second.write(Array(request.prefix(8)))
    usleep(50_000)
    second.write(Array(request.dropFirst(8)))
    #expect(second.readFrame() == nil)
    large = nil
    #expect(second.readFrame().map(correlationId) == 8)
  }
}
