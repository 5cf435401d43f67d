import Glibc
import Synchronization
import Testing
import Transport

/// What `Transport` promises, kept by the event loop and by the fake that the client's tests run
/// on: what holds for the client on the fake holds on sockets.
@Suite("every transport", .serialized)
struct TransportConformanceTests {
  /// Two ends of one connection.
  private struct Pair {
    let world: any TransportWorld
    let listener: any TransportListener
    let client = End()
    let server = End()

    init(_ implementation: Implementation) throws {
      world = try implementation.world()
      listener = try world.listen { [server] in
        server.connection = $0
        return server
      }
      world.connect(to: listener.address, client)
      let isOpen = world.run { [client, server] in
        client.connectedCount == 1 && server.connection != nil
      }
      #expect(isOpen)
    }

    func run(until isDone: () -> Bool) {
      let isDone = world.run(until: isDone)
      #expect(isDone, "what was waited for did not come")
    }
  }

  private func pattern(_ count: Int, seed: Int = 0) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: ($0 &+ seed) &* 2_654_435_761 >> 11) }
  }

  // MARK: Connecting

  @Test(
    "an end hears `connected` once, and only where it connected", arguments: Implementation.allCases
  )
  func connects(_ implementation: Implementation) throws {
    let world = try implementation.world()
    var accepted: [any TransportConnection] = []
    let server = End()
    let listener = try world.listen {
      accepted.append($0)
      return server
    }
    #expect(listener.address.port != 0)
    let clients = [End(), End()]
    for client in clients {
      world.connect(to: listener.address, client)
      #expect(client.connectedCount == 0, "within the call")
      #expect(client.connection?.peer == listener.address)
    }
    #expect(world.run { accepted.count == 2 && clients.allSatisfy { $0.connectedCount == 1 } })
    world.settle()
    #expect(clients.allSatisfy { $0.connectedCount == 1 && !$0.isClosed })
    #expect(server.connectedCount == 0)
    let ids = (accepted + clients.compactMap(\.connection)).map(\.id)
    #expect(Set(ids).count == 4)
  }

  @Test(
    "what was sent and flushed before the connection stands arrives",
    arguments: Implementation.allCases)
  func sendsEarly(_ implementation: Implementation) throws {
    let world = try implementation.world()
    let (client, server) = (End(), End())
    let listener = try world.listen { _ in server }
    world.connect(to: listener.address, client)
    client.send([1, 2, 3])
    client.connection?.flush()
    #expect(client.connection?.queuedBytes == 3)
    #expect(world.run { server.received == [1, 2, 3] })
    #expect(client.connection?.queuedBytes == 0)
  }

  @Test(
    "where nobody listens, or does any more, the connection is refused",
    arguments: Implementation.allCases)
  func refuses(_ implementation: Implementation) throws {
    let pair = try Pair(implementation)
    pair.listener.close()
    let late = End()
    pair.world.connect(to: pair.listener.address, late)
    pair.run { late.isClosed }
    #expect(late.closings == [.failure(.refused(pair.listener.address))])
    #expect(late.connectedCount == 0)
    // A connection outlives its listener.
    pair.client.send([7])
    pair.client.connection?.flush()
    pair.run { pair.server.received == [7] }
  }

  @Test("a connection without a handler ends", arguments: Implementation.allCases)
  func unwanted(_ implementation: Implementation) throws {
    let world = try implementation.world()
    let listener = try world.listen { _ in nil }
    let client = End()
    world.connect(to: listener.address, client)
    #expect(world.run { client.isClosed })
  }

  // MARK: Sending

  @Test(
    "parts arrive in their order, those of files too, and none before `flush`",
    arguments: Implementation.allCases)
  func order(_ implementation: Implementation) throws {
    let pair = try Pair(implementation)
    let file = MemoryFile(pattern(400_000, seed: 3))
    let head = pattern(1_000)
    pair.client.connection?.send(.bytes(head, 100..<900))
    pair.client.connection?.send(file.slice(50..<300_000))
    pair.client.connection?.send(.bytes([]))
    pair.client.send([9])
    pair.client.connection?.send(file.slice(0..<10))
    let count = 800 + 299_950 + 1 + 10
    #expect(pair.client.connection?.queuedBytes == count)
    #expect(pair.client.connection?.queuedHeapBytes == 801)
    pair.world.settle()
    #expect(pair.server.received.isEmpty)
    pair.client.connection?.flush()
    pair.run { pair.server.received.count >= count }
    let all = pattern(400_000, seed: 3)
    var sent = Array(head[100..<900])
    sent += all[50..<300_000]
    sent.append(9)
    sent += all[..<10]
    let isSame = pair.server.received == sent
    #expect(isSame)
    #expect(pair.client.connection?.queuedBytes == 0)
    #expect(pair.client.connection?.transferredBytes == Int64(count))
    #expect(pair.server.connection?.transferredBytes == Int64(count))
  }

  @Test(
    "a file that is shorter than its slice ends the connection", arguments: Implementation.allCases)
  func shortFile(_ implementation: Implementation) throws {
    let pair = try Pair(implementation)
    pair.client.connection?.send(MemoryFile(pattern(100)).slice(0..<200))
    pair.client.connection?.flush()
    pair.run { pair.client.isClosed && pair.server.isClosed }
    #expect(pair.client.closings == [.failure(.system(call: "send", errno: EIO))])
  }

  @Test(
    "a reader that pauses holds the sender back, which hears `drained` once all is gone",
    arguments: Implementation.allCases)
  func backpressure(_ implementation: Implementation) throws {
    let pair = try Pair(implementation)
    pair.server.connection?.pauseReading()
    let bytes = pattern(32 << 20)
    pair.client.send(bytes)
    pair.client.connection?.flush()
    pair.world.settle()
    #expect(pair.server.received.isEmpty)
    let queued = pair.client.connection?.queuedBytes ?? 0
    #expect(queued > 0 && queued < bytes.count)
    #expect(pair.client.connection?.queuedHeapBytes == queued)
    #expect(pair.client.drainedCount == 0)
    pair.server.connection?.resumeReading()
    pair.run { pair.server.received.count >= bytes.count && pair.client.drainedCount > 0 }
    let isSame = pair.server.received == bytes
    #expect(isSame)
    #expect(pair.client.drainedCount == 1)
  }

  // MARK: Receiving

  @Test(
    "what a handler leaves is given again, with more, once there is as much as it expects",
    arguments: Implementation.allCases)
  func expects(_ implementation: Implementation) throws {
    let pair = try Pair(implementation)
    var counts: [Int] = []
    pair.server.onReceived = { server, buffer in
      counts.append(buffer.count)
      if buffer.count >= 200_000 { server.take(&buffer) } else { buffer.expect(200_000) }
    }
    let bytes = pattern(200_000)
    for range in [0..<10, 10..<1_000, 1_000..<200_000] {
      pair.client.connection?.send(.bytes(bytes, range))
      pair.client.connection?.flush()
      pair.world.settle()
    }
    pair.run { pair.server.received.count == bytes.count }
    let isSame = pair.server.received == bytes
    #expect(isSame)
    #expect(counts == [10, 200_000])
  }

  @Test(
    "a handler that pauses within a call gets the rest after it resumed, and not before",
    arguments: Implementation.allCases)
  func pausesWithin(_ implementation: Implementation) throws {
    let pair = try Pair(implementation)
    pair.server.onReceived = { server, buffer in
      server.take(&buffer, 1)
      server.connection?.pauseReading()
    }
    pair.client.send([1, 2, 3])
    pair.client.connection?.flush()
    for count in 1...3 {
      pair.run { pair.server.received.count == count }
      pair.world.settle()
      #expect(pair.server.received == Array([1, 2, 3].prefix(count)))
      pair.server.connection?.resumeReading()
      #expect(pair.server.received.count == count, "within the call")
    }
    // Resumed before the call ends: called again all the same.
    pair.server.onReceived = { server, buffer in
      server.connection?.pauseReading()
      server.take(&buffer, 1)
      server.connection?.resumeReading()
    }
    pair.client.send([4, 5, 6])
    pair.client.connection?.flush()
    pair.run { pair.server.received == [1, 2, 3, 4, 5, 6] }
  }

  // MARK: Ending

  @Test(
    "closeAfterFlush ends the connection behind all that was queued",
    arguments: Implementation.allCases)
  func closesAfterFlush(_ implementation: Implementation) throws {
    let pair = try Pair(implementation)
    pair.server.connection?.pauseReading()
    let bytes = pattern(16 << 20)
    pair.client.send(bytes)
    pair.client.connection?.closeAfterFlush()
    pair.world.settle()
    #expect(!pair.client.isClosed && !pair.server.isClosed)
    pair.server.connection?.resumeReading()
    pair.run { pair.client.isClosed && pair.server.isClosed }
    let isSame = pair.server.received == bytes
    #expect(isSame)
    #expect(pair.client.closings == [.success(true)])
    #expect(pair.server.closings == [.success(true)])
    // With nothing queued it ends as well.
    let other = try Pair(implementation)
    other.client.connection?.closeAfterFlush()
    other.run { other.client.isClosed && other.server.isClosed }
  }

  @Test(
    "close drops what is queued, and the handler hears of it once, later",
    arguments: Implementation.allCases)
  func closes(_ implementation: Implementation) throws {
    let pair = try Pair(implementation)
    pair.client.send([1])
    pair.client.connection?.flush()
    pair.run { pair.server.received == [1] }
    pair.client.send([2])
    pair.client.connection?.close()
    #expect(!pair.client.isClosed, "within the call")
    #expect(pair.client.connection?.queuedBytes == 0)
    pair.client.connection?.close()
    pair.client.send([3])
    pair.client.connection?.flush()
    pair.client.connection?.closeAfterFlush()
    pair.run { pair.client.isClosed && pair.server.isClosed }
    pair.world.settle()
    #expect(pair.client.closings == [.success(true)])
    #expect(pair.server.closings == [.success(true)])
    #expect(pair.server.received == [1])
  }

  @Test("a handler may close its connection within a call", arguments: Implementation.allCases)
  func closesWithin(_ implementation: Implementation) throws {
    let pair = try Pair(implementation)
    pair.server.onReceived = { server, buffer in
      server.take(&buffer)
      server.connection?.close()
      #expect(!server.isClosed, "within the call")
    }
    pair.client.send([1])
    pair.client.connection?.flush()
    pair.run { pair.client.isClosed && pair.server.isClosed }
    #expect(pair.server.closings.count == 1 && pair.server.received == [1])
  }

  @Test(
    "an end that is paused gets what came before the other's end",
    arguments: Implementation.allCases)
  func endsBehindPause(_ implementation: Implementation) throws {
    let pair = try Pair(implementation)
    pair.server.onReceived = { server, buffer in
      server.take(&buffer, 1)
      server.connection?.pauseReading()
    }
    pair.client.send([1, 2])
    pair.client.connection?.flush()
    pair.run { pair.server.received == [1] }
    pair.server.onReceived = nil
    pair.server.connection?.resumeReading()
    pair.run { pair.server.received == [1, 2] }
    pair.client.send([3, 4])
    pair.client.connection?.closeAfterFlush()
    pair.run { pair.server.isClosed }
    #expect(pair.server.received == [1, 2, 3, 4])
    #expect(pair.server.closings == [.success(true)])
  }

  // MARK: Time and threads

  @Test(
    "timers run in the order of their times, then of their making, and not once cancelled",
    arguments: Implementation.allCases)
  func timers(_ implementation: Implementation) throws {
    let world = try implementation.world()
    var order: [Int] = []
    let start = world.now
    world.after(ms: 30) { order.append(4) }
    let cancelled = world.after(ms: 10) { order.append(-1) }
    world.after(ms: 20) {
      order.append(2)
      world.cancel(cancelled)
      world.after(ms: 0) { order.append(3) }
    }
    for number in 0..<2 { world.after(ms: -5) { order.append(number) } }
    world.cancel(cancelled)
    #expect(order.isEmpty)
    #expect(world.run { order.count >= 5 })
    world.settle()
    #expect(order == [0, 1, 2, 3, 4] || order == [0, 1, 2, 4, 3])
    #expect(world.now.nanoseconds(since: start) >= 30_000_000)
  }

  @Test("what is posted to the mailbox runs later, in order", arguments: Implementation.allCases)
  func mailbox(_ implementation: Implementation) throws {
    let world = try implementation.world()
    let box = world.mailbox
    let seen = Seen()
    for number in 0..<3 { box.post { seen.numbers.withLock { $0.append(number) } } }
    #expect(seen.numbers.withLock { $0.isEmpty }, "within the call")
    #expect(world.run { seen.numbers.withLock { $0.count } == 3 })
    #expect(seen.numbers.withLock { $0 } == [0, 1, 2])
  }
}

private final class Seen: Sendable {
  let numbers = Mutex<[Int]>([])
}
