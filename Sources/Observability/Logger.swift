import Glibc
import Synchronization

/// Writes lines of one subsystem to standard error (or to the sink that a test puts there):
/// `2026-01-31T12:00:00.123Z INFO  [network] listening on 127.0.0.1:9092`.
///
/// A message below the level is never built: that costs one relaxed load. One that is written
/// costs a system call, so the hot path says nothing at `info` and above.
///
/// - Isolation: thread-safe; one line is one `write`, so lines of several threads never mix.
public struct Logger: Sendable {
  public let subsystem: String
  private let threshold: Threshold

  public init(_ subsystem: String) {
    self.subsystem = subsystem
    threshold = LogSettings.shared.threshold(of: subsystem)
  }

  public var level: LogLevel { threshold.level }

  public func isEnabled(_ level: LogLevel) -> Bool { level >= threshold.level && level != .off }

  public func log(_ level: LogLevel, _ message: @autoclosure () -> String) {
    guard isEnabled(level) else { return }
    LogSettings.shared.write(level, subsystem: subsystem, message())
  }

  public func trace(_ message: @autoclosure () -> String) { log(.trace, message()) }
  public func debug(_ message: @autoclosure () -> String) { log(.debug, message()) }
  public func info(_ message: @autoclosure () -> String) { log(.info, message()) }
  public func warning(_ message: @autoclosure () -> String) { log(.warning, message()) }
  public func error(_ message: @autoclosure () -> String) { log(.error, message()) }
}

/// The level of one subsystem, read without a lock.
final class Threshold: Sendable {
  private let raw: Atomic<UInt8>

  init(_ level: LogLevel) { raw = Atomic(level.rawValue) }

  var level: LogLevel {
    get { LogLevel(rawValue: raw.load(ordering: .relaxed)) ?? .info }
    set { raw.store(newValue.rawValue, ordering: .relaxed) }
  }
}

/// The levels of all subsystems and where the lines go; one a process.
public final class LogSettings: Sendable {
  public typealias Sink = @Sendable (_ line: String) -> Void

  public static let shared = LogSettings()

  private struct State {
    var thresholds: [String: Threshold] = [:]
    var standard = LogLevel.warning
    var chosen: [String: LogLevel] = [:]
    var sink: Sink?
  }
  private let state = Mutex(State())

  /// The level of all subsystems that have none of their own.
  public var level: LogLevel { state.withLock { $0.standard } }

  /// Sets one subsystem's level, or with nil that of all that have none of their own.
  public func setLevel(_ level: LogLevel, of subsystem: String? = nil) {
    state.withLock { state in
      if let subsystem {
        state.chosen[subsystem] = level
        state.thresholds[subsystem]?.level = level
      } else {
        state.standard = level
        for (name, threshold) in state.thresholds where state.chosen[name] == nil {
          threshold.level = level
        }
      }
    }
  }

  /// Sends lines (without line end) elsewhere; nil is standard error.
  public func setSink(_ sink: Sink?) { state.withLock { $0.sink = sink } }

  func threshold(of subsystem: String) -> Threshold {
    state.withLock { state in
      if let known = state.thresholds[subsystem] { return known }
      let new = Threshold(state.chosen[subsystem] ?? state.standard)
      state.thresholds[subsystem] = new
      return new
    }
  }

  func write(_ level: LogLevel, subsystem: String, _ message: String) {
    let name = "\(level)".uppercased()
    let padding = String(repeating: " ", count: max(0, 7 - name.count))
    let line = "\(utcNow()) \(name)\(padding) [\(subsystem)] \(message)"
    if let sink = state.withLock({ $0.sink }) { return sink(line) }
    let bytes = Array((line + "\n").utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(2, $0.baseAddress, $0.count) }
  }
}

/// The time now in UTC with milliseconds, ISO 8601.
private func utcNow() -> String {
  var time = timespec()
  _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
  func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
  let (year, month, day) = civilDate(daysSinceEpoch: time.tv_sec / 86_400)
  let second = time.tv_sec % 86_400
  let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  let clock = [second / 3_600, second / 60 % 60, second % 60].map { padded($0, 2) }
  return "\(date)T\(clock.joined(separator: ":")).\(padded(time.tv_nsec / 1_000_000, 3))Z"
}

/// The Gregorian date of a day from 1970-01-01 on. Years are counted from March, so that the leap
/// day is a year's last.
func civilDate(daysSinceEpoch: Int) -> (year: Int, month: Int, day: Int) {
  let days = daysSinceEpoch + 719_468
  let era = days / 146_097
  let dayOfEra = days % 146_097
  let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let monthFromMarch = (5 * dayOfYear + 2) / 153
  let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
}
