import Foundation
import KafkaFormat

/// A value of a dumped file, for people and for programs.
indirect enum DumpValue: Equatable, Sendable {
  case null
  case integer(Int64)
  case flag(Bool)
  case text(String)
  /// What a record holds, which may be text or not.
  case bytes([UInt8])
  /// Milliseconds since the Unix epoch; negative: none.
  case timestamp(Int64)
  case list([DumpValue])
  case fields([DumpField])

  static func number(_ value: some BinaryInteger) -> DumpValue {
    .integer(Int64(clamping: value))
  }

  /// The fields of a structure by their names, as deep as they go.
  init(reflecting value: Any) {
    switch value {
    case let value as any BinaryInteger: self = .number(value)
    case let value as Bool: self = .flag(value)
    case let value as String: self = .text(value)
    case let value as [UInt8]: self = .bytes(value)
    case let value as KafkaUUID: self = .text("\(value)")
    default:
      let mirror = Mirror(reflecting: value)
      switch mirror.displayStyle {
      case .optional: self = mirror.children.first.map { Self(reflecting: $0.value) } ?? .null
      case .collection: self = .list(mirror.children.map { Self(reflecting: $0.value) })
      case .struct:
        self = .fields(
          mirror.children.map { DumpField($0.label ?? "", Self(reflecting: $0.value)) })
      default: self = .text("\(value)")
      }
    }
  }

  /// On one line: `{topics=[a, b], userData=null}`.
  var written: String {
    switch self {
    case .null: "null"
    case .integer(let value): "\(value)"
    case .flag(let value): "\(value)"
    case .text(let value): value.contains(where: Self.needsQuotes) ? Self.quoted(value) : value
    case .bytes(let bytes): Self.text(bytes).map(Self.quoted) ?? "0x" + Self.hex(bytes)
    case .timestamp(let value): value < 0 ? "none" : Self.date(value)
    case .list(let values): "[" + values.map(\.written).joined(separator: ", ") + "]"
    case .fields(let fields): "{" + fields.map(\.written).joined(separator: ", ") + "}"
    }
  }

  /// The bytes as text, unless they are no text that a terminal should see.
  static func text(_ bytes: [UInt8]) -> String? {
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    let isPlain = text.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 || $0 == "\n" }
    return isPlain ? text : nil
  }

  static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private static func needsQuotes(_ character: Character) -> Bool {
    character.isWhitespace || character == "\"" || character == "=" || character == ","
      || character.unicodeScalars.contains { $0.value < 32 || $0.value == 127 }
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case "\n": quoted += "\\n"
      default:
        quoted +=
          scalar.value < 32 || scalar.value == 127
          ? "\\u{\(String(scalar.value, radix: 16))}" : "\(scalar)"
      }
    }
    return quoted + "\""
  }

  private static func date(_ milliseconds: Int64) -> String {
    // Later years than a calendar shows are somebody's mistake, and stay numbers.
    guard milliseconds < 253_402_300_800_000 else { return "\(milliseconds)" }
    // Whole seconds: a fraction in binary is cut to the millisecond before.
    let date = Date(timeIntervalSince1970: Double(milliseconds / 1000))
    let fraction = String(milliseconds % 1000 + 1000).dropFirst()
    return date.formatted(.iso8601).dropLast() + ".\(fraction)Z"
  }
}

struct DumpField: Equatable, Sendable {
  let name: String
  let value: DumpValue

  init(_ name: String, _ value: DumpValue) {
    self.name = name
    self.value = value
  }

  var written: String { "\(name)=\(value.written)" }
}

extension DumpValue: Encodable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Times are milliseconds; bytes are text where they are, else `{"hex": …}`.
  func encode(to encoder: any Encoder) throws {
    switch self {
    case .fields(let fields):
      var container = encoder.container(keyedBy: Key.self)
      for field in fields {
        try container.encode(field.value, forKey: Key(stringValue: field.name))
      }
    case .list(let values):
      var container = encoder.unkeyedContainer()
      for value in values { try container.encode(value) }
    case .bytes(let bytes):
      guard let text = Self.text(bytes) else {
        return try Self.fields([DumpField("hex", .text(Self.hex(bytes)))]).encode(to: encoder)
      }
      try Self.text(text).encode(to: encoder)
    default:
      var container = encoder.singleValueContainer()
      switch self {
      case .integer(let value), .timestamp(let value): try container.encode(value)
      case .flag(let value): try container.encode(value)
      case .text(let value): try container.encode(value)
      default: try container.encodeNil()
      }
    }
  }
}
