import Glibc
import Testing
import Transport

@testable import EventLoop

/// A handler made of closures.
final class Peer: ConnectionHandler {
  var connection: SocketConnection!
  var onConnected: () -> Void = {}
  var onReceived: (inout ReceiveBuffer) -> Void = { $0.consume($0.count) }
  var onDrained: () -> Void = {}
  var onClosed: (TransportError?) -> Void = { _ in }
  var closedCount = 0

  func connected() { onConnected() }
  func received(_ buffer: inout ReceiveBuffer) { onReceived(&buffer) }
  func drained() { onDrained() }
  func closed(_ error: TransportError?) {
    closedCount += 1
    onClosed(error)
  }
}

/// A loop on the test's own thread, with one listener.
final class Scene {
  let loop: EventLoop
  var listener: SocketListener!
  var servers: [Peer] = []
  /// Prepares the peer of an accepted connection.
  var onAccept: (Peer) -> Void = { _ in }
  private(set) var hasTimedOut = false

  init(_ configuration: EventLoopConfiguration = .init(), host: String = "127.0.0.1") throws {
    loop = try EventLoop(configuration: configuration)
    listener = try loop.listen(on: NetworkAddress(host: host, port: 0)) { [unowned self] in
      let peer = Peer()
      peer.connection = $0
      servers.append(peer)
      onAccept(peer)
      return peer
    }
  }

  func client(to address: NetworkAddress? = nil, _ prepare: (Peer) -> Void = { _ in }) -> Peer {
    let peer = Peer()
    prepare(peer)
    peer.connection = loop.connect(to: address ?? listener.address, handler: peer)
    return peer
  }

  /// Runs until `stop`; what is not done by then never will be.
  func run(seconds: Int64 = 60) {
    loop.schedule(at: loop.now.adding(milliseconds: seconds * 1_000)) { [unowned self] in
      hasTimedOut = true
      loop.stop()
    }
    loop.run()
    #expect(!hasTimedOut, "the loop did not come to its end in time")
  }

  func stop() { loop.stop() }
  func after(_ milliseconds: Int64, _ action: @escaping () -> Void) {
    loop.schedule(at: loop.now.adding(milliseconds: milliseconds), action)
  }
}

/// Bytes that differ from place to place, so that a shift is seen.
func pattern(_ count: Int, seed: Int = 0) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: ($0 &+ seed) &* 2_654_435_761 >> 11) }
}

func bytes(_ buffer: borrowing ReceiveBuffer, _ count: Int? = nil) -> [UInt8] {
  let count = count ?? buffer.count
  return unsafe buffer.readable.withUnsafeBytes { unsafe Array($0.prefix(count)) }
}

/// Resident memory of this process in bytes, without that of files: code that runs for the first
/// time does not count.
func residentBytes() -> Int {
  let file = unsafe open("/proc/self/statm", O_RDONLY)
  defer { close(file) }
  var text = [UInt8](repeating: 0, count: 128)
  let count = unsafe read(file, &text, 128)
  let fields = String(decoding: text.prefix(max(0, count)), as: UTF8.self).split(separator: " ")
  return ((Int(fields[1]) ?? 0) - (Int(fields[2]) ?? 0)) * 4_096
}

/// A file on disk that is deleted but open.
final class ScratchFile: TransmittableFile {
  let descriptor: Int32
  let hidesDescriptor: Bool
  var descriptorToSend: Int32? { hidesDescriptor ? nil : descriptor }

  init(_ content: [UInt8], hidesDescriptor: Bool = false) {
    self.hidesDescriptor = hidesDescriptor
    var path = Array("/tmp/weir-loop-XXXXXX".utf8CString)
    descriptor = unsafe mkstemp(&path)
    _ = unsafe unlink(path)
    var written = 0
    while written < content.count {
      written += unsafe content.withUnsafeBytes {
        unsafe write(descriptor, $0.baseAddress! + written, content.count - written)
      }
    }
  }
  deinit { close(descriptor) }

  func fill(_ target: inout MutableRawSpan, from position: Int64) -> Int? {
    let count = unsafe target.withUnsafeMutableBytes {
      unsafe pread(descriptor, $0.baseAddress, $0.count, Int(position))
    }
    return count < 0 ? nil : count
  }
}
