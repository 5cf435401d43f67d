import Observability
import Synchronization
import Testing

@testable import BrokerServer

@Suite("what is written of closed connections")
struct ClosingLogTests {
  private final class Lines: Sendable {
    let all = Mutex<[String]>([])
  }

  @Test("at most ten lines in ten seconds; the others are counted")
  func rateLimit() {
    let subsystem = "closing-log-test"
    let lines = Lines()
    LogSettings.shared.setLevel(.info, of: subsystem)
    LogSettings.shared.setSink { line in
      if line.contains("[\(subsystem)]") { lines.all.withLock { $0.append(line) } }
    }
    defer { LogSettings.shared.setSink(nil) }
    let log = ClosingLog(Logger(subsystem))
    func written() -> [String] {
      lines.all.withLock { lines in
        defer { lines = [] }
        return lines
      }
    }
    let second: Int64 = 1_000_000_000
    let wanted = (0..<25).map { number in
      log.write(nowNanos: 5 * second + Int64(number)) { "peer \(number)" }
    }
    #expect(written().count == 10)
    // One report, at the window's end.
    #expect(wanted.compactMap { $0 } == [15 * second])
    log.report()
    #expect(
      written().first?.hasSuffix(
        "closed 15 more connections in ten seconds; the reasons are not written") == true)
    log.report()
    #expect(written().isEmpty)
    #expect(log.write(nowNanos: 15 * second) { "peer again" } == nil)
    #expect(written().first?.hasSuffix("peer again") == true)
  }

  @Test("a TLS handshake and HTTP requests are named, other sizes are not")
  func foreign() {
    func name(_ text: String) -> String? {
      ForeignProtocol.named(by: text.utf8.prefix(4).reduce(0) { $0 << 8 | Int32($1) })
    }
    for (text, method) in [
      ("GET / HTTP/1.1", "GET"), ("POST /x", "POST"), ("PUT /x", "PUT"), ("HEAD /", "HEAD"),
      ("DELETE /", "DELETE"), ("OPTIONS *", "OPTIONS"), ("PRI * HTTP/2.0", "PRI"),
    ] {
      #expect(name(text)?.contains("HTTP request (\(method))") == true, "\(text)")
    }
    for version in UInt8(0)...4 {
      #expect(ForeignProtocol.named(by: 0x1603_0000 | Int32(version) << 8)?.contains("TLS") == true)
    }
    for size in [Int32(-1), 0, 1 << 20, Int32.max, 0x1604_0000] {
      #expect(ForeignProtocol.named(by: size) == nil)
    }
    #expect(name("SSH-2.0") == nil)
  }
}
