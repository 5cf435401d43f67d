import Foundation
import Synchronization

/// A value that one thread waits for and another brings.
final class Reply<Value: Sendable>: Sendable {
  private let value = Mutex<Value?>(nil)

  var isSet: Bool { value.withLock { $0 != nil } }

  func set(_ newValue: Value) { value.withLock { $0 = newValue } }

  /// Waits by looking again every millisecond: used between measurements, never within one.
  ///
  /// - Returns: nil after `seconds`.
  func wait(seconds: Double) -> Value? {
    let deadline = Date(timeIntervalSinceNow: seconds)
    while true {
      if let value = value.withLock({ $0 }) { return value }
      if Date() >= deadline { return nil }
      Thread.sleep(forTimeInterval: 0.001)
    }
  }
}
