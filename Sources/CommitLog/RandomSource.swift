import KafkaFormat
import Synchronization

/// Where a broker's random numbers come from: the ids of topics, directories, sessions and members.
///
/// A seeded one makes the same numbers in the same order again, so that a whole broker can be run
/// again from one seed.
///
/// - Isolation: any thread.
public final class RandomSource: Sendable {
  private let generator: Mutex<any RandomNumberGenerator & Sendable>

  public init(_ generator: any RandomNumberGenerator & Sendable) {
    self.generator = Mutex(generator)
  }

  /// The operating system's.
  public static let system = RandomSource(SystemRandomNumberGenerator())

  /// A random id, as `KafkaUUID.random()` makes them.
  public func uuid() -> KafkaUUID { generator.withLock { KafkaUUID.random(using: &$0) } }

  public func int32(in range: ClosedRange<Int32>) -> Int32 {
    generator.withLock { Int32.random(in: range, using: &$0) }
  }
}
