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
  public func uuid() -> KafkaUUID {
    generator.withLock { held in
      var generator = Words(source: held)
      defer { held = generator.source }
      return KafkaUUID.random(using: &generator)
    }
  }

  public func int32(in range: ClosedRange<Int32>) -> Int32 {
    generator.withLock { held in
      var generator = Words(source: held)
      defer { held = generator.source }
      return Int32.random(in: range, using: &generator)
    }
  }

  /// The generator as a type that generic functions take.
  private struct Words: RandomNumberGenerator {
    var source: any RandomNumberGenerator & Sendable
    mutating func next() -> UInt64 { source.next() }
  }
}
