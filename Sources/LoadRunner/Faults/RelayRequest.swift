import Transport

/// What a relay is asked for, a line each; the answer is one line, too: `ok`, `ok HOST:PORT` or
/// `error TEXT`.
///
/// ```
/// link NAME HOST:PORT [HOST:PORT]   listen there (port 0: a free one) and forward to the second
/// target NAME HOST:PORT             forward connections that come from now on to there
/// cut NAME                          forward nothing any more
/// delay NAME MS                     hold every byte back, in both directions
/// heal NAME                         forward at once
/// ```
enum RelayRequest: Equatable, Sendable {
  case link(String, NetworkAddress, NetworkAddress?)
  case target(String, NetworkAddress)
  case cut(String)
  case delay(String, ms: Int64)
  case heal(String)

  static let delayMsMax: Int64 = 60_000

  var text: String {
    switch self {
    case .link(let name, let listen, let target):
      "link \(name) \(listen)" + (target.map { " \($0)" } ?? "")
    case .target(let name, let target): "target \(name) \(target)"
    case .cut(let name): "cut \(name)"
    case .delay(let name, let ms): "delay \(name) \(ms)"
    case .heal(let name): "heal \(name)"
    }
  }

  /// - Throws: `.usage`, with what is allowed.
  init(_ line: String) throws(RunError) {
    let words = line.split(separator: " ").map(String.init)
    switch (words.first, words.count) {
    case ("link", 3), ("link", 4):
      self = .link(
        words[1], try BenchTarget.address(words[2]),
        words.count == 4 ? try BenchTarget.address(words[3]) : nil)
    case ("target", 3): self = .target(words[1], try BenchTarget.address(words[2]))
    case ("cut", 2): self = .cut(words[1])
    case ("heal", 2): self = .heal(words[1])
    case ("delay", 3):
      guard let ms = Int64(words[2]), (0...Self.delayMsMax).contains(ms) else {
        throw .usage("\(words[2]): not a delay; allowed: 0 to \(Self.delayMsMax) milliseconds")
      }
      self = .delay(words[1], ms: ms)
    default:
      throw .usage(
        "\"\(line)\" is not understood; allowed: link NAME HOST:PORT [HOST:PORT],"
          + " target NAME HOST:PORT, cut NAME, delay NAME MS, heal NAME")
    }
  }
}
