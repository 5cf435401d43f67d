extension FieldType {
  /// The Swift type of one value.
  var swiftName: String {
    switch self {
    case .bool: "Bool"
    case .int8: "Int8"
    case .int16: "Int16"
    case .uint16: "UInt16"
    case .int32: "Int32"
    case .uint32: "UInt32"
    case .int64: "Int64"
    case .float64: "Double"
    case .string: "String"
    case .uuid: "KafkaUUID"
    case .bytes, .records: "[UInt8]"
    case .error: "ErrorCode"
    case .structure(let name): name
    }
  }

  /// The name of the reader's and writer's function for one value.
  var function: String {
    switch self {
    case .bool: "bool"
    case .int8: "int8"
    case .int16: "int16"
    case .uint16: "uint16"
    case .int32: "int32"
    case .uint32: "uint32"
    case .int64: "int64"
    case .float64: "float64"
    case .string: "string"
    case .uuid: "uuid"
    case .bytes, .records: "byteArray"
    case .error: "errorCode"
    case .structure: "structure"
    }
  }

  /// Has a length before its bytes.
  var hasLength: Bool {
    switch self {
    case .string, .bytes, .records: true
    default: false
    }
  }

  var isStructure: Bool {
    if case .structure = self { true } else { false }
  }

  fileprivate var zero: String {
    switch self {
    case .bool: "false"
    case .string: "\"\""
    case .uuid: ".zero"
    case .bytes, .records: "[]"
    case .error: ".none"
    case .structure(let name): "\(name)()"
    default: "0"
    }
  }
}

extension FieldDefinition {
  private static let reserved: Set<String> = [
    "default", "extension", "in", "internal", "is", "operator", "protocol", "self", "where",
  ]

  /// The property's name, in backticks where Swift reserves the word.
  var swiftName: String { Self.reserved.contains(name) ? "`\(name)`" : name }

  /// The property within a function that has a parameter or a variable of the same name.
  var access: String {
    ["version", "reader", "writer", "compact", "count", "tag", "size", "end"].contains(name)
      ? "self.\(name)" : swiftName
  }

  var swiftType: String {
    let base = isArray ? "[\(type.swiftName)]" : type.swiftName
    return nullable == nil ? base : base + "?"
  }

  /// The default as a Swift expression.
  var swiftDefault: String {
    if let text = defaultText {
      if text == "null" { return "nil" }
      return type == .string ? "\"\(text)\"" : text
    }
    return isArray ? "[]" : type.zero
  }

  /// A Boolean expression that is true where the value is not the default.
  var differsFromDefault: String {
    if swiftDefault == "[]" {
      return nullable == nil ? "!\(access).isEmpty" : "\(access)?.isEmpty != true"
    }
    if type == .bool, nullable == nil, !isArray {
      return swiftDefault == "false" ? access : "!\(access)"
    }
    return "\(access) != \(swiftDefault)"
  }
}

extension VersionRange {
  /// A Swift condition on `version` that holds within this range, given that `outer` holds;
  /// `nil` where it always does.
  func condition(within outer: VersionRange) -> String? {
    var parts: [String] = []
    if first == last, outer.first < first, last < outer.last { return "version == \(first)" }
    if first > outer.first { parts.append("version >= \(first)") }
    if last < outer.last { parts.append("version <= \(last)") }
    return parts.isEmpty ? nil : parts.joined(separator: " && ")
  }

  /// The opposite of `condition`, given that `outer` holds.
  func oppositeCondition(within outer: VersionRange) -> String? {
    var parts: [String] = []
    if first > outer.first { parts.append("version < \(first)") }
    if last < outer.last { parts.append("version > \(last)") }
    return parts.isEmpty ? nil : parts.joined(separator: " || ")
  }

  func text(within outer: VersionRange) -> String {
    if last == outer.last { return "versions \(first)+" }
    return first == last ? "version \(first)" : "versions \(first)–\(last)"
  }
}

extension MessageDefinition {
  /// Least bytes of one value of `field` in `version`.
  private func minimumSize(of field: FieldDefinition, version: Int) -> Int {
    let isCompact = isFlexible(version) && !field.isFixed
    if field.isArray { return isCompact ? 1 : 4 }
    switch field.type {
    case .bool, .int8: return 1
    case .int16, .uint16, .error: return 2
    case .int32, .uint32: return 4
    case .int64, .float64: return 8
    case .uuid: return 16
    case .string: return isCompact ? 1 : 2
    case .bytes, .records: return isCompact ? 1 : 4
    case .structure(let name):
      if field.nullable?.contains(version) == true { return 1 }
      return structure(name).map { minimumSize(of: $0, version: version) } ?? 0
    }
  }

  private func minimumSize(of structure: StructDefinition, version: Int) -> Int {
    var size = isFlexible(version) ? 1 : 0
    for field in structure.fields where field.tag == nil && field.versions.contains(version) {
      size += minimumSize(of: field, version: version)
    }
    return size
  }

  func isFlexible(_ version: Int) -> Bool {
    firstFlexible.map { version >= $0 } ?? false
  }

  /// Least bytes of one `structure` in any version; at least 1.
  func minimumSize(of structure: StructDefinition) -> Int {
    let versions = structure.versions.first...structure.versions.last
    return max(1, versions.map { minimumSize(of: structure, version: $0) }.min() ?? 1)
  }
}
