import Foundation
import Synchronization

/// A value that one thread waits for and another brings.
final class Reply<Value: Sendable>: Sendable {
  private let value = Mutex<Value?>(nil)

  var isSet: Bool { value.withLock { $0 != nil } }

  func set(_ newValue: Value) { value.withLock { $0 = newValue } }

  /// Waits by looking again every millisecond: used between measurements, never within one.
  ///
  /// - Returns: nil after `seconds`; from Ctrl-C on nobody waits longer than five of them.
  func wait(seconds: Double) -> Value? {
    var deadline = Date(timeIntervalSinceNow: seconds)
    var isHurried = false
    while true {
      if let value = value.withLock({ $0 }) { return value }
      if Interrupt.requested, !isHurried {
        isHurried = true
        deadline = min(deadline, Date(timeIntervalSinceNow: 5))
      }
      if Date() >= deadline { return nil }
      Thread.sleep(forTimeInterval: 0.001)
    }
  }
}
