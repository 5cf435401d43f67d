import Foundation
import KafkaFormat
import KafkaMessages
import Testing

/// Messages as Apache Kafka's own classes wrote them.
///
/// There a field is set by a hash of its name (FNV-1a, 64 bits; cut to the field's width without
/// its sign), a string, byte field or records field to the name itself, a UUID to the hash and its
/// complement. So a value that ends up in the wrong field is seen.
@Suite("Messages that Kafka wrote")
struct GoldenTests {
  struct Sample: Sendable {
    var message: String
    var version: Int16
    var filling: String
    var bytes: [UInt8]
  }

  static let samples: [Sample] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fixtures/messages-kafka-4.3.1.txt")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").filter { $0.first != "#" }.compactMap { line in
      let words = line.split(separator: " ", omittingEmptySubsequences: false)
      let digits = Array(words[3].utf8)
      let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
        UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
      }
      return Sample(
        message: String(words[0]), version: Int16(words[1]) ?? -1, filling: String(words[2]),
        bytes: bytes)
    }
  }()

  @Test("they are read, and written again as they were", arguments: 0..<allMessages.count)
  func sameBytes(index: Int) throws {
    func check<T: RandomMessage>(_ type: T.Type) throws {
      let samples = Self.samples.filter { $0.message == "\(type)" }
      for version in T.versions {
        #expect(samples.contains { $0.version == version }, "\(type) v\(version) has no sample")
      }
      for sample in samples {
        let place: Comment = "\(sample.message) v\(sample.version) \(sample.filling)"
        var reader = ByteReader(sample.bytes.rawSpan)
        let value = try T(from: &reader, version: sample.version)
        #expect(reader.remaining == 0, place)
        #expect(value.bytes(version: sample.version) == sample.bytes, place)
        #expect(value.unsupportedField(in: sample.version) == nil, place)
        if sample.filling == "default" { #expect(value == T(), place) }
        if sample.filling == "full" {
          let wrong = Self.misplaced(value, default: T())
          #expect(wrong == [], place)
        }
      }
    }
    try check(allMessages[index])
  }

  /// The names of fields that hold neither what their name gives nor their default.
  private static func misplaced(_ value: Any, default standard: Any) -> [String] {
    var names: [String] = []
    for (field, other) in zip(
      Mirror(reflecting: value).children, Mirror(reflecting: standard).children)
    {
      let name = field.label ?? ""
      if let structures = field.value as? [any KafkaStruct] {
        for structure in structures {
          names += misplaced(structure, default: type(of: structure).init()).map { "\(name).\($0)" }
        }
      } else if let structure = field.value as? any KafkaStruct {
        names += misplaced(structure, default: type(of: structure).init()).map { "\(name).\($0)" }
      } else if !isExpected(field.value, name),
        String(describing: field.value) != String(describing: other.value)
      {
        names.append(name)
      }
    }
    return names
  }

  private static func isExpected(_ value: Any, _ name: String) -> Bool {
    let hash = hash(name)
    switch value {
    case let value as Bool: return value == (hash & 1 == 1)
    case let value as Int8: return value == Int8(truncatingIfNeeded: hash & 0x7F)
    case let value as Int16: return value == Int16(truncatingIfNeeded: hash & 0x7FFF)
    case let value as UInt16: return value == UInt16(truncatingIfNeeded: hash & 0x7FFF_FFFF)
    case let value as Int32: return value == Int32(truncatingIfNeeded: hash & 0x7FFF_FFFF)
    case let value as Int64: return value == Int64(bitPattern: hash)
    case let value as Double: return value == Double(hash & 0x7FFF_FFFF)
    case let value as String: return value == name
    case let value as KafkaUUID: return value == KafkaUUID(high: hash, low: ~hash)
    case let value as ErrorCode: return isExpected(value.rawValue, name)
    case let value as [UInt8]: return value == Array(name.utf8)
    case let values as [Any]: return values.count == 1 && isExpected(values[0], name)
    default: return false
    }
  }

  private static func hash(_ name: String) -> UInt64 {
    name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
