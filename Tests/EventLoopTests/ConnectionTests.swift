import Glibc
import Testing
import Transport

@testable import EventLoop

@Suite("connections", .serialized)
struct ConnectionTests {
  @Test("bytes come back as they were sent", arguments: ["127.0.0.1", "::1"])
  func echo(host: String) throws {
    let scene = try Scene(host: host)
    scene.onAccept = { server in
      server.onReceived = { buffer in
        server.connection.send(.bytes(bytes(buffer)))
        buffer.consume(buffer.count)
        server.connection.flush()
      }
    }
    let sent = pattern(300_000)
    var back: [UInt8] = []
    let client = scene.client { client in
      client.onConnected = {
        for start in stride(from: 0, to: sent.count, by: 1_000) {
          client.connection.send(.bytes(sent, start..<start + 1_000))
        }
        client.connection.flush()
      }
      client.onReceived = { buffer in
        back += bytes(buffer)
        buffer.consume(buffer.count)
        if back.count == sent.count { scene.stop() }
      }
    }
    scene.run()
    let isSame = back == sent
    #expect(isSame)
    #expect(client.connection.queuedBytes == 0)
  }

  @Test("a name is resolved, and what was sent before connecting arrives")
  func resolvesNames() throws {
    let scene = try Scene()
    var got: [UInt8] = []
    scene.onAccept = { server in
      server.onReceived = { buffer in
        got = bytes(buffer)
        buffer.consume(buffer.count)
        scene.stop()
      }
    }
    let address = NetworkAddress(host: "localhost", port: scene.listener.address.port)
    let client = scene.client(to: address)
    client.connection.send(.bytes([1, 2, 3]))
    client.connection.flush()
    scene.run()
    #expect(got == [1, 2, 3])
  }

  @Test("nobody listening, and a name that nobody has, are told")
  func refused() throws {
    let scene = try Scene()
    // Bound, so that nobody else on the machine takes it, and not listened on.
    let bound = Int32(SystemCalls.makeSocket(family: AF_INET))
    defer { SystemCalls.closeDescriptor(bound) }
    let anyPort = try #require(SocketAddress(literal: "127.0.0.1", port: 0))
    #expect(SystemCalls.bindSocket(bound, to: anyPort) == 0)
    let free = SystemCalls.localAddress(of: bound).networkAddress
    // A label that is too long for a name: the resolver asks no server that may be slow.
    let nobody = String(repeating: "x", count: 64) + ".invalid"
    var errors: [TransportError?] = []
    let note: (TransportError?) -> Void = {
      errors.append($0)
      if errors.count == 2 { scene.stop() }
    }
    _ = scene.client(to: free) { $0.onClosed = note }
    _ = scene.client(to: NetworkAddress(host: nobody, port: 1)) { $0.onClosed = note }
    scene.run()
    #expect(errors.contains(.refused(free)))
    #expect(errors.contains(.unresolvable(host: nobody)))
  }

  @Test("an attempt that nobody answers ends in time")
  func connectTimeout() throws {
    var configuration = EventLoopConfiguration()
    configuration.connectTimeoutMs = 50
    configuration.acceptBacklog = 0
    // A full queue of a listener that nobody serves drops what comes.
    let scene = try Scene(configuration)
    let deaf = try EventLoop(configuration: configuration)
    let listener = try deaf.listen(on: NetworkAddress(host: "127.0.0.1", port: 0)) { _ in nil }
    var ends: [TransportError?] = []
    var peers: [Peer] = []
    for _ in 0..<5 {
      peers.append(
        scene.client(to: listener.address) {
          $0.onClosed = {
            ends.append($0)
            scene.stop()
          }
        })
    }
    scene.run()
    #expect(ends.first == .timedOut)
  }

  @Test("a port in use is refused")
  func addressInUse() throws {
    let scene = try Scene()
    #expect(throws: TransportError.addressInUse(scene.listener.address)) {
      _ = try scene.loop.listen(on: scene.listener.address) { _ in nil }
    }
  }

  @Test("a peer's reset is told, once")
  func reset() throws {
    let scene = try Scene()
    var error: TransportError?
    scene.onAccept = { server in
      server.onClosed = {
        error = $0
        scene.after(10) { scene.stop() }
      }
    }
    _ = scene.client { client in
      client.onConnected = {
        var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(
          client.connection.descriptor, SOL_SOCKET, SO_LINGER, &linger, 8)
        client.connection.close()
      }
    }
    scene.run()
    #expect(error == .reset)
    #expect(scene.servers.map(\.closedCount) == [1])
  }

  @Test("after the peer ended its stream, what is queued still reaches it")
  func halfClose() throws {
    let scene = try Scene()
    let answer = pattern(8 << 20)
    var received = 0
    var serverEnd: TransportError??
    scene.onAccept = { server in
      server.onReceived = { buffer in
        buffer.consume(buffer.count)
        server.connection.send(.bytes(answer))
        server.connection.flush()
      }
      server.onClosed = { serverEnd = .some($0) }
    }
    _ = scene.client { client in
      client.onConnected = {
        client.connection.send(.bytes([1]))
        client.connection.flush()
        shutdown(client.connection.descriptor, Int32(SHUT_WR))
      }
      client.onReceived = {
        received += $0.count
        $0.consume($0.count)
      }
      client.onClosed = { _ in scene.stop() }
    }
    scene.run()
    #expect(received == answer.count)
    #expect(serverEnd == .some(nil))
  }

  @Test("closeAfterFlush sends everything; close drops it")
  func closing() throws {
    let scene = try Scene()
    let large = [UInt8](repeating: 7, count: 6 << 20)
    var counts: [Int] = []
    scene.onAccept = { server in
      server.connection.send(.bytes(large))
      server.connection.closeAfterFlush()
    }
    _ = scene.client { client in
      var count = 0
      client.onReceived = {
        count += $0.count
        $0.consume($0.count)
      }
      client.onClosed = { _ in
        counts.append(count)
        scene.stop()
      }
    }
    scene.run()
    #expect(counts == [large.count])
  }

  @Test("while paused nothing is read; afterwards what was left is given again")
  func pausing() throws {
    let scene = try Scene()
    var seen: [[UInt8]] = []
    var isPaused = false
    var sender: Peer?
    scene.onAccept = { server in
      server.onReceived = { buffer in
        #expect(!isPaused)
        seen.append(bytes(buffer))
        buffer.consume(1)
        server.connection.pauseReading()
        isPaused = true
        if seen.count == 1 {
          sender?.connection.send(.bytes([3]))
          sender?.connection.flush()
        }
        scene.after(20) {
          if seen.count == 3 { scene.stop() }
          isPaused = false
          server.connection.resumeReading()
        }
      }
    }
    sender = scene.client { client in
      client.onConnected = {
        client.connection.send(.bytes([1, 2]))
        client.connection.flush()
      }
    }
    scene.run()
    try #require(seen.count == 3)
    // Resumed, it first hears again what it has; the rest comes in a call of its own.
    #expect(seen[0] == [1, 2])
    #expect(seen[1] == [2] || seen[1] == [2, 3])
    #expect(seen[2].last == 3)
  }
}
