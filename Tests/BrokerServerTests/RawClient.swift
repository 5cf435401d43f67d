import BrokerCore
import BrokerServer
import CommitLog
import Glibc
import KafkaFormat
import KafkaMessages

/// A blocking socket to a broker: says whatever a test wants, Kafka or not.
final class RawClient {
  let descriptor: Int32
  private var pending: [UInt8] = []

  /// - Parameter timeoutMs: How long a read or a write waits; by default longer than a machine
  ///   may stall.
  init(_ broker: RunningBroker, listener: Int = 0, timeoutMs: Int = 60_000) {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = broker.listeners[listener].port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    _ = unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    var time = timeval(tv_sec: timeoutMs / 1_000, tv_usec: timeoutMs % 1_000 * 1_000)
    let size = socklen_t(MemoryLayout<timeval>.size)
    _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, size)
    _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, size)
  }

  deinit { close(descriptor) }

  /// How many bytes the kernel took before it had enough for the time-out.
  @discardableResult
  func write(_ bytes: [UInt8]) -> Int {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe send(descriptor, $0.baseAddress! + done, $0.count - done, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { break }
      done += count
    }
    return done
  }

  /// Bytes that come; nil where the peer closed, or nothing came in time.
  func read() -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 64 << 10)
    let count = unsafe recv(descriptor, &bytes, bytes.count, 0)
    return count > 0 ? Array(bytes.prefix(count)) : nil
  }

  /// Ends the stream of requests; what has come, and still comes, can be read.
  func hangUp() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Whether nothing comes for so long, not even the end.
  func isSilent(forMs milliseconds: Int32) -> Bool {
    guard pending.isEmpty else { return false }
    var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&wanted, 1, milliseconds) == 0
  }

  /// Whether the broker closes the connection within the time-out.
  func isClosedByPeer() -> Bool {
    var byte: UInt8 = 0
    while true {
      let count = unsafe recv(descriptor, &byte, 1, 0)
      if count == 0 || (count < 0 && errno == ECONNRESET) { return true }
      if count < 0 { return false }
    }
  }

  /// The next whole frame, without its size.
  func readFrame() -> [UInt8]? {
    while true {
      if pending.count >= 4 {
        let size = pending[0..<4].reduce(0) { $0 << 8 | Int($1) }
        if pending.count >= 4 + size {
          let frame = Array(pending[4..<4 + size])
          pending.removeFirst(4 + size)
          return frame
        }
      }
      guard let more = read() else { return nil }
      pending += more
    }
  }

  /// Sends a request and reads its answer.
  func call<R: KafkaRequest>(_ request: R, version: Int16) throws -> R.Response? {
    write(request.frame(version: version, correlationId: 77, clientId: "raw"))
    guard let frame = readFrame() else { return nil }
    return try decode(frame, R.self, version)
  }

  private func decode<R: KafkaRequest>(
    _ frame: [UInt8], _ type: R.Type, _ version: Int16
  ) throws -> R.Response {
    var reader = ByteReader(frame.rawSpan)
    _ = try ResponseHeader(
      from: &reader, version: R.apiKey.responseHeaderVersion(for: version))
    return try R.Response(from: &reader, version: version)
  }
}

/// A whole ApiVersions request.
func apiVersions(_ correlationId: Int32) -> [UInt8] {
  ApiVersionsRequest().frame(version: 0, correlationId: correlationId, clientId: "raw")
}

func correlationId(_ frame: [UInt8]) -> Int32 {
  Int32(bitPattern: frame.prefix(4).reduce(0) { $0 << 8 | UInt32($1) })
}

/// A directory under /tmp that is removed at the end.
final class ScratchDirectory {
  let path: String

  init() {
    var template = Array("/tmp/weir-server-XXXXXX".utf8CString)
    _ = unsafe mkdtemp(&template)
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    try? PosixFileSystem().removeTree(path)
  }
}

/// A broker on a free port with its data in `directory`.
func startBroker(
  _ directory: ScratchDirectory, loops: Int = 2, _ properties: [String: String] = [:]
) throws -> RunningBroker {
  var all = ["listeners": "PLAINTEXT://127.0.0.1:0", "log.dirs": directory.path]
  all.merge(properties) { _, new in new }
  return try BrokerServer.start(try BrokerConfig(properties: all), loops: loops)
}

/// Whether `condition` comes to hold. It is asked for at least a minute: other threads bring it
/// about, on a machine that may stall.
func eventually(_ condition: () -> Bool) -> Bool {
  for _ in 0..<12_000 {
    if condition() { return true }
    usleep(5_000)
  }
  return condition()
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
