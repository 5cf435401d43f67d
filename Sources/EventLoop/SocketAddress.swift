import Glibc
import Transport

/// An IPv4 or IPv6 address with a port, as the kernel takes it.
struct SocketAddress: Sendable {
  private var storage = sockaddr_storage()
  private var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

  init() {}

  var family: Int32 { Int32(storage.ss_family) }

  func withPointer(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int) -> Int {
    unsafe withUnsafePointer(to: storage) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
    }
  }

  mutating func withMutablePointer(
    _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int
  ) -> Int {
    var size = length
    let result = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, &size) }
    }
    length = size
    return result
  }

  /// A literal address; nil where `host` is a name. An empty host is every interface.
  init?(literal host: String, port: UInt16) {
    self.init()
    let bare =
      host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    var v4 = in_addr()
    var v6 = in6_addr()
    if unsafe host.isEmpty || inet_pton(AF_INET, bare, &v4) == 1 {
      fill(ipv4: v4, port: port)
    } else if unsafe inet_pton(AF_INET6, bare, &v6) == 1 {
      fill(ipv6: v6, port: port)
    } else {
      return nil
    }
  }

  private mutating func fill(ipv4: in_addr, port: UInt16) {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr = ipv4
    length = socklen_t(MemoryLayout<sockaddr_in>.size)
    unsafe withUnsafeMutableBytes(of: &storage) { target in
      unsafe withUnsafeBytes(of: address) { unsafe target.copyMemory(from: $0) }
    }
  }

  private mutating func fill(ipv6: in6_addr, port: UInt16) {
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_port = port.bigEndian
    address.sin6_addr = ipv6
    length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    unsafe withUnsafeMutableBytes(of: &storage) { target in
      unsafe withUnsafeBytes(of: address) { unsafe target.copyMemory(from: $0) }
    }
  }

  /// Host as a literal, and port. An IPv4 address that came through an IPv6 socket is IPv4 again.
  var networkAddress: NetworkAddress {
    var host = [CChar](repeating: 0, count: 64)
    var port = [CChar](repeating: 0, count: 8)
    let flags = Int32(NI_NUMERICHOST | NI_NUMERICSERV)
    let status = unsafe withPointerResult { pointer, size in
      unsafe getnameinfo(pointer, size, &host, 64, &port, 8, flags)
    }
    guard status == 0 else { return NetworkAddress(host: "", port: 0) }
    var text = Self.text(host)
    if text.hasPrefix("::ffff:"), text.contains(".") { text.removeFirst(7) }
    return NetworkAddress(host: text, port: UInt16(Self.text(port)) ?? 0)
  }

  private func withPointerResult(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    Int32(unsafe withPointer { Int(unsafe body($0, $1)) })
  }

  static func text(_ characters: [CChar]) -> String {
    let bytes = characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The name that the resolver gives a host name, with its domain where there is one.
  static func canonicalName(of host: String) -> String? {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    unsafe hints.ai_flags = AI_CANONNAME
    var list: UnsafeMutablePointer<addrinfo>?
    guard unsafe getaddrinfo(host, nil, &hints, &list) == 0 else { return nil }
    defer { unsafe freeaddrinfo(list) }
    guard let first = unsafe list, let name = unsafe first.pointee.ai_canonname else { return nil }
    let found = unsafe String(cString: name)
    return found.isEmpty ? nil : found
  }

  /// Asks the system's resolver, which may take seconds: never on a loop that serves.
  ///
  /// - Returns: In the resolver's order, without duplicates; empty where the name is unknown.
  static func resolve(_ host: String, port: UInt16) -> [SocketAddress] {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard unsafe getaddrinfo(host, String(port), &hints, &list) == 0 else { return [] }
    defer { unsafe freeaddrinfo(list) }
    var found: [SocketAddress] = []
    var next = unsafe list
    while let entry = unsafe next {
      let info = unsafe entry.pointee
      if unsafe info.ai_family == AF_INET || info.ai_family == AF_INET6 {
        var address = SocketAddress()
        address.length = unsafe info.ai_addrlen
        unsafe withUnsafeMutableBytes(of: &address.storage) { target in
          unsafe target.copyMemory(
            from: UnsafeRawBufferPointer(start: info.ai_addr, count: Int(info.ai_addrlen)))
        }
        found.append(address)
      }
      unsafe next = unsafe info.ai_next
    }
    return found
  }
}
