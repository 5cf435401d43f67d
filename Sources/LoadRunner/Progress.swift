import EventLoop
import Foundation
import Glibc

/// Shows how far the run is: one live line on a terminal, plain lines elsewhere; on standard error,
/// so that standard output keeps to results.
struct Progress {
  private let isTerminal: Bool
  private let columns: Int
  private var lastShown = Date.distantPast
  private var isLineOpen = false
  private let began = Date()
  /// The whole run, where several measurements make it.
  var sweep: SweepClock?

  /// How often a terminal's line is renewed, and how often a plain line is worth printing.
  private static let liveSeconds = 0.2
  private static let plainSeconds = 5.0

  init() {
    isTerminal = isatty(STDERR_FILENO) == 1
    columns = Self.terminalColumns ?? 100
  }

  private static var terminalColumns: Int? {
    var size = winsize()
    guard unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }

  /// Something that stays: a case begins, a case has ended.
  mutating func note(_ text: String) {
    clear()
    Self.write(text + "\n")
  }

  /// Something that passes.
  mutating func show(_ text: @autoclosure () -> String) {
    let pause = isTerminal ? Self.liveSeconds : Self.plainSeconds
    let now = Date()
    guard now.timeIntervalSince(lastShown) >= pause else { return }
    lastShown = now
    if isTerminal {
      Self.write("\r\u{1B}[2K" + String(whole(text()).prefix(columns - 1)))
      isLineOpen = true
    } else if now.timeIntervalSince(began) >= Self.plainSeconds {
      Self.write(whole(text()) + "\n")
    }
  }

  private func whole(_ text: String) -> String {
    [text, sweep?.text(now: Self.now)].compactMap { $0 }.joined(separator: "  ")
  }

  /// Seconds of a clock that does not jump.
  static var now: Double { Double(EventLoop.currentTime.nanoseconds) / 1e9 }

  /// A measurement of the run has ended.
  mutating func finishStep(_ text: String) {
    sweep?.finishStep(now: Self.now)
    note(whole(text))
  }

  /// Takes the live line away.
  mutating func clear() {
    if isLineOpen { Self.write("\r\u{1B}[2K") }
    isLineOpen = false
  }

  static func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}

/// Numbers as people read them.
enum Figures {
  /// `1,234,567`; nothing after the point.
  static func count(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 9e18 else { return "–" }
    var digits = String(Int64(value.rounded()))
    var at = digits.index(digits.endIndex, offsetBy: -3, limitedBy: digits.startIndex)
    while let place = at, place > digits.startIndex, digits[digits.index(before: place)] != "-" {
      digits.insert(",", at: place)
      at = digits.index(place, offsetBy: -3, limitedBy: digits.startIndex)
    }
    return digits
  }

  /// Milliseconds with three significant digits or so: `0.12 ms`, `4.5 ms`, `130 ms`.
  static func milliseconds(_ nanos: Int64) -> String {
    let ms = Double(nanos) / 1e6
    let digits = ms < 1 ? 2 : (ms < 100 ? 1 : 0)
    return String(format: "%.\(digits)f ms", ms)
  }

  /// `m:ss`, `h:mm:ss`.
  static func clock(_ seconds: Double) -> String {
    let whole = Int(min(max(0, seconds), 1e9).rounded())
    return whole < 3600
      ? String(format: "%d:%02d", whole / 60, whole % 60)
      : String(format: "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
  }
}
