import Testing
import Transport

@testable import EventLoop

@Suite("memory of connections", .serialized)
struct MemoryTests {
  @Test("200 connections that announce 100 MiB and send 1 KB cost little")
  func hostileAnnouncements() throws {
    let scene = try Scene()
    var arrived = 0
    var after = 0
    scene.onAccept = { server in
      server.onReceived = { buffer in
        arrived += 1
        buffer.expect(100 << 20)
        if arrived == 200 {
          scene.after(50) {
            after = residentBytes()
            scene.stop()
          }
        }
      }
    }
    let before = residentBytes()
    let announcement = pattern(1_000)
    var clients: [Peer] = []
    for _ in 0..<200 {
      clients.append(
        scene.client { client in
          client.onConnected = {
            client.connection.send(.bytes(announcement))
            client.connection.flush()
          }
        })
    }
    scene.run()
    #expect(arrived == 200)
    #expect(after - before < 20 << 20)
  }

  @Test("a large frame is whole, and the memory it was read into is used again")
  func largeFrames() throws {
    let scene = try Scene()
    let frame = pattern(5_000_000)
    var identities: Set<UInt> = []
    var frames = 0
    var calls = 0
    scene.onAccept = { server in
      server.onReceived = { buffer in
        calls += 1
        buffer.expect(frame.count)
        while buffer.count >= frame.count {
          let span = buffer.mutableReadable(0..<frame.count)
          #expect(span[0] == frame[0] && span[frame.count - 1] == frame[frame.count - 1])
          identities.insert(
            unsafe span.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) })
          frames += 1
          if frames == 1 {
            let isSame = bytes(buffer, frame.count) == frame
            #expect(isSame)
          }
          buffer.consume(frame.count)
          if frames == 12 { scene.stop() }
        }
      }
    }
    _ = scene.client { client in
      client.onConnected = {
        for _ in 0..<12 { client.connection.send(.bytes(frame)) }
        client.connection.flush()
      }
    }
    scene.run()
    #expect(frames == 12)
    // The first one grows; the others find its memory. A call a frame, and one to learn its size.
    #expect(identities.count <= 2)
    #expect(calls <= 26)
  }

  @Test("small frames are given in order, however they are cut")
  func smallFrames() throws {
    let scene = try Scene()
    let all = pattern(1_500_000)
    let size = 7_777
    var got: [UInt8] = []
    scene.onAccept = { server in
      server.onReceived = { buffer in
        while buffer.count >= min(size, all.count - got.count), got.count < all.count {
          let count = min(size, all.count - got.count)
          got += bytes(buffer, count)
          buffer.consume(count)
        }
        buffer.expect(min(size, all.count - got.count))
        if got.count == all.count { scene.stop() }
      }
    }
    _ = scene.client { client in
      client.onConnected = {
        client.connection.send(.bytes(all))
        client.connection.flush()
      }
    }
    scene.run()
    let isSame = got == all
    #expect(isSame)
  }

  @Test(
    "a reader that does not read holds slices of files, not heap", arguments: ["sendfile", "copy"])
  func slowReader(path: String) throws {
    var configuration = EventLoopConfiguration()
    configuration.filePath = .init(rawValue: path)!
    let scene = try Scene(configuration)
    let file = ScratchFile(pattern(1 << 20))
    let before = residentBytes()
    scene.onAccept = { server in
      for _ in 0..<64 {
        server.connection.send(.file(FileSlice(file: file, position: 0, count: 1 << 20)))
      }
      server.connection.flush()
      scene.after(100) {
        #expect(server.connection.queuedBytes > 32 << 20)
        #expect(server.connection.queuedHeapBytes == 0)
        #expect(residentBytes() - before < 8 << 20)
        scene.stop()
      }
    }
    let client = scene.client { client in client.onConnected = { client.connection.pauseReading() }
    }
    scene.run()
    #expect(client.closedCount == 1)
  }

  @Test(
    "files arrive the same by every way, heads and slices in turn",
    arguments: ["sendfile", "copy", "no descriptor"])
  func filePaths(path: String) throws {
    var configuration = EventLoopConfiguration()
    configuration.filePath = path == "copy" ? .copy : .sendfile
    let scene = try Scene(configuration)
    let content = pattern(1_500_000)
    let file = ScratchFile(content, hidesDescriptor: path == "no descriptor")
    let head = pattern(100, seed: 9)
    var expected: [UInt8] = []
    var slices: [FileSlice] = []
    for index in 0..<8 {
      let position = index * 145_678
      let count = 300_001 + index
      slices.append(FileSlice(file: file, position: Int64(position), count: count))
      expected += head + content[position..<position + count]
    }
    scene.onAccept = { server in
      for slice in slices {
        server.connection.send(.bytes(head))
        server.connection.send(.file(slice))
      }
      server.connection.flush()
    }
    var got: [UInt8] = []
    _ = scene.client { client in
      client.onReceived = { buffer in
        got += bytes(buffer)
        buffer.consume(buffer.count)
        if got.count == expected.count { scene.stop() }
      }
    }
    scene.run()
    let isSame = got == expected
    #expect(isSame)
    // One loop has both ends here.
    let traffic = scene.loop.traffic
    let fileBytes = Int64(expected.count - 8 * head.count)
    let isCopied = path != "sendfile"
    #expect(traffic.sendfileBytes == (isCopied ? 0 : fileBytes))
    #expect((traffic.sendfileCalls > 0) == !isCopied)
    #expect(traffic.sentBytes == Int64(expected.count) - traffic.sendfileBytes)
    // What a send did not take is read again.
    #expect(isCopied ? traffic.copiedFileBytes >= fileBytes : traffic.copiedFileBytes == 0)
    #expect((traffic.fileReadCalls > 0) == isCopied)
    #expect(traffic.receivedBytes == Int64(expected.count))
    #expect(traffic.waitCalls > 0 && traffic.receiveCalls > 0 && traffic.sendCalls > 0)
    #expect(
      traffic.calls
        == traffic.sendfileCalls + traffic.sendCalls + traffic.fileReadCalls
        + traffic.receiveCalls + traffic.waitCalls)
  }

  @Test("memory of the pool is bounded, found again by size, and last in is first out")
  func pool() {
    var pool = StoragePool(bytesMax: 1 << 20, lentBytesSoft: 1 << 20)
    let first = pool.take(minimum: 64 << 10)
    let second = pool.take(minimum: 300_000)
    #expect(first.count == 64 << 10 && second.count >= 300_000 && second.count < 400_000)
    pool.give(first)
    pool.give(second)
    let again = [pool.take(minimum: 1_000).count, pool.take(minimum: 1_000).count]
    #expect(again[0] >= 300_000 && again[1] == 64 << 10)
    for _ in 0..<100 { pool.give([UInt8](repeating: 0, count: 64 << 10)) }
    #expect(pool.freeBytes <= 1 << 20)
    let hasTrimmed = pool.trim(keep: 0)
    #expect(hasTrimmed)
    #expect(pool.freeBytes == 0)
  }
}
