import KafkaFormat
import KafkaMessages

/// A structure that the tests can fill with values that `version` can carry.
protocol RandomStruct: KafkaStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self
}

protocol RandomMessage: KafkaMessage, RandomStruct {}

/// The same values for the same seed (SplitMix64).
struct RandomSource: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  mutating func isNull(_ allowed: Bool) -> Bool { allowed && next() % 4 == 0 }

  mutating func bool() -> Bool { next() & 1 == 0 }
  mutating func int8() -> Int8 { Int8(truncatingIfNeeded: next()) }
  mutating func int16() -> Int16 { Int16(truncatingIfNeeded: next()) }
  mutating func uint16() -> UInt16 { UInt16(truncatingIfNeeded: next()) }
  mutating func int32() -> Int32 { Int32(truncatingIfNeeded: next()) }
  mutating func uint32() -> UInt32 { UInt32(truncatingIfNeeded: next()) }
  mutating func int64() -> Int64 { Int64(truncatingIfNeeded: next()) }
  mutating func float64() -> Double { Double(int32()) / 8 }
  mutating func uuid() -> KafkaUUID { KafkaUUID(high: next(), low: next()) }
  mutating func errorCode() -> ErrorCode { ErrorCode(rawValue: int16()) }

  mutating func string() -> String {
    let alphabet = Array("abcdefgh.-_0123é世")
    return String((0..<Int.random(in: 0...12, using: &self)).map { _ in randomElement(alphabet) })
  }

  /// Long enough now and then for a compact length of two bytes.
  mutating func byteArray() -> [UInt8] {
    let count = Int.random(in: 0...(bool() ? 8 : 300), using: &self)
    return (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
  }

  mutating func elements<T: RandomElement>(_ type: T.Type) -> [T] {
    (0..<Int.random(in: 0...3, using: &self)).map { _ in T.random(from: &self) }
  }

  mutating func structures<T: RandomStruct>(_ type: T.Type, _ version: Int16) -> [T] {
    (0..<Int.random(in: 0...3, using: &self)).map { _ in T.random(version: version, from: &self) }
  }

  mutating func structure<T: RandomStruct>(_ type: T.Type, _ version: Int16) -> T {
    T.random(version: version, from: &self)
  }

  private mutating func randomElement<T>(_ values: [T]) -> T {
    values[Int(next() % UInt64(values.count))]
  }
}

/// A primitive that stands in an array.
protocol RandomElement {
  static func random(from source: inout RandomSource) -> Self
}

extension Int8: RandomElement {
  static func random(from source: inout RandomSource) -> Int8 { source.int8() }
}
extension Int16: RandomElement {
  static func random(from source: inout RandomSource) -> Int16 { source.int16() }
}
extension Int32: RandomElement {
  static func random(from source: inout RandomSource) -> Int32 { source.int32() }
}
extension Int64: RandomElement {
  static func random(from source: inout RandomSource) -> Int64 { source.int64() }
}
extension String: RandomElement {
  static func random(from source: inout RandomSource) -> String { source.string() }
}
extension KafkaUUID: RandomElement {
  static func random(from source: inout RandomSource) -> KafkaUUID { source.uuid() }
}
