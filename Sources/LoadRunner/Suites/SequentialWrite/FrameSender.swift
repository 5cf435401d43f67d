import EventLoop
import Glibc
import LoadModel
import Transport

/// Sends the same Produce request again and again over one connection, a few of them under way,
/// and costs as little as a client can: no records are encoded, nothing is copied but by the
/// kernel.
///
/// - Isolation: one thread, which waits.
final class FrameSender {
  private let socket: Int32
  /// As errors name it.
  private let address: NetworkAddress
  private var received = [UInt8](repeating: 0, count: 64 << 10)
  private var filled = 0
  /// How many requests are sent before the first one's answer is waited for.
  static let underWay = 5
  /// How long a broker may be silent.
  private static let patienceSeconds = 60

  init(_ address: NetworkAddress) throws(RunError) {
    self.address = address
    socket = try Self.connect(address)
  }

  deinit { close(socket) }

  private static func connect(_ address: NetworkAddress) throws(RunError) -> Int32 {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    let code = unsafe getaddrinfo(address.host, String(address.port), &hints, &found)
    defer { if unsafe found != nil { unsafe freeaddrinfo(found) } }
    var entry = unsafe found
    while code == 0, let info = unsafe entry {
      let made = unsafe Glibc.socket(
        info.pointee.ai_family, info.pointee.ai_socktype | Int32(SOCK_CLOEXEC.rawValue),
        info.pointee.ai_protocol)
      if made >= 0 {
        if unsafe Glibc.connect(made, info.pointee.ai_addr, info.pointee.ai_addrlen) == 0 {
          var on: Int32 = 1
          _ = unsafe setsockopt(made, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
          var patience = timeval(tv_sec: patienceSeconds, tv_usec: 0)
          let size = socklen_t(MemoryLayout<timeval>.size)
          _ = unsafe setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
          _ = unsafe setsockopt(made, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
          return made
        }
        Glibc.close(made)
      }
      unsafe entry = info.pointee.ai_next
    }
    throw .load("the broker at \(address) accepts no connection: \(BenchmarkRun.words(errno))")
  }

  /// Sends until the limit and waits for all answers.
  ///
  /// - Returns: How many batches were acknowledged, and how long it took.
  /// - Throws: `.load` with the broker's error, or where it falls silent.
  func send(_ frame: ProduceFrame, batchBytes: Int, _ limit: WriteLimit) throws(RunError)
    -> (batches: Int, nanos: Int64)
  {
    let stride = WriteLimit.stride(batchBytes)
    let start = EventLoop.currentTime.nanoseconds
    var sent = 0
    var answered = 0
    var isOver = limit.batches <= 0
    while !isOver || answered < sent {
      if !isOver, sent - answered < Self.underWay {
        try write(frame.bytes)
        sent += 1
        isOver = sent >= limit.batches
        if sent % stride == 0, EventLoop.currentTime.nanoseconds >= limit.untilNanos {
          isOver = true
        }
      } else {
        answered += try readAnswers(frame)
      }
    }
    return (answered, EventLoop.currentTime.nanoseconds - start)
  }

  private func write(_ bytes: [UInt8]) throws(RunError) {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.send(
          socket, buffer.baseAddress?.advanced(by: done), buffer.count - done,
          Int32(MSG_NOSIGNAL))
      }
      if count > 0 {
        done += count
      } else if errno != EINTR {
        throw .load(
          "the connection to \(address) ended before all batches were acknowledged:"
            + " \(BenchmarkRun.words(errno))")
      }
    }
  }

  /// Waits for at least some bytes; returns how many answers they completed.
  private func readAnswers(_ frame: ProduceFrame) throws(RunError) -> Int {
    let count = unsafe received.withUnsafeMutableBytes { buffer in
      unsafe recv(socket, buffer.baseAddress?.advanced(by: filled), buffer.count - filled, 0)
    }
    guard count > 0 else {
      if count < 0, errno == EINTR { return 0 }
      if count < 0, errno == EAGAIN {
        throw .load("the broker at \(address) sent no answer for \(Self.patienceSeconds) s")
      }
      throw .load(
        "the connection to \(address) ended before all batches were acknowledged: "
          + (count == 0 ? "the broker closed it" : BenchmarkRun.words(errno)))
    }
    filled += count
    var answers = 0
    var position = 0
    while filled - position >= 4 {
      let size = received[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
      guard size <= received.count - 4 else { throw .load("an answer of \(size) bytes") }
      guard filled - position >= 4 + size else { break }
      if let refusal = frame.refusal(in: received[position..<position + 4 + size]) {
        throw .load("the broker at \(address) refused a batch: \(refusal)")
      }
      answers += 1
      position += 4 + size
    }
    if position > 0 {
      received.replaceSubrange(0..<filled - position, with: received[position..<filled])
      filled -= position
    }
    return answers
  }
}
