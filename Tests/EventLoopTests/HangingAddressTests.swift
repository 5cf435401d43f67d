import Glibc
import Testing
import Transport

@testable import EventLoop

@Suite("a name with several addresses", .serialized)
struct HangingAddressTests {
  /// A port of the loopback interface that drops attempts to connect: its queue is full.
  private final class FullPort {
    let port: UInt16
    private var descriptors: [Int32] = []

    init() throws {
      let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      descriptors.append(listener)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
          unsafe bind(listener, generic, size) == 0 && listen(listener, 0) == 0
            && getsockname(listener, generic, &size) == 0
        }
      }
      try #require(isBound)
      port = UInt16(bigEndian: address.sin_port)
      let literal = try #require(SocketAddress(literal: "127.0.0.1", port: port))
      for _ in 0..<4 {
        let made = Int32(SystemCalls.makeSocket(family: literal.family))
        descriptors.append(made)
        _ = SystemCalls.connectSocket(made, to: literal)
      }
    }

    deinit { for descriptor in descriptors { close(descriptor) } }
  }

  @Test("an address that hangs does not keep the next one from being tried")
  func hanging() throws {
    let scene = try Scene()
    let full = try FullPort()
    let peer = Peer()
    var isConnected = false
    peer.onConnected = {
      isConnected = true
      scene.stop()
    }
    peer.onClosed = { _ in scene.stop() }
    peer.connection = SocketConnection(
      loop: scene.loop, connectingTo: NetworkAddress(host: "name", port: 1), handler: peer)
    let hanging = try #require(SocketAddress(literal: "127.0.0.1", port: full.port))
    let good = try #require(
      SocketAddress(literal: "127.0.0.1", port: scene.listener.address.port))
    peer.connection.start([hanging, good])
    scene.run()
    #expect(isConnected)
  }
}
