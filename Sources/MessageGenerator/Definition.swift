/// The versions in which something exists, both ends included.
struct VersionRange: Equatable {
  var first: Int
  var last: Int

  func contains(_ version: Int) -> Bool { first <= version && version <= last }

  func covers(_ other: VersionRange) -> Bool { first <= other.first && other.last <= last }

  func clamped(to other: VersionRange) -> VersionRange {
    VersionRange(first: max(first, other.first), last: min(last, other.last))
  }
}

/// What one field holds, apart from being an array or null.
enum FieldType: Equatable {
  case bool, int8, int16, uint16, int32, uint32, int64, float64
  case string, uuid, bytes, records, error
  case structure(String)

  static let primitives: [String: FieldType] = [
    "bool": .bool, "int8": .int8, "int16": .int16, "uint16": .uint16, "int32": .int32,
    "uint32": .uint32, "int64": .int64, "float64": .float64, "string": .string, "uuid": .uuid,
    "bytes": .bytes, "records": .records, "error": .error,
  ]
}

/// One field of a message or of a structure within it.
struct FieldDefinition {
  var name: String
  var type: FieldType
  var isArray: Bool
  /// Where it exists, within the versions of what it stands in.
  var versions: VersionRange
  /// Where it may be null.
  var nullable: VersionRange?
  /// The tag, for a field that is written only where it differs from its default.
  var tag: Int?
  /// A version without this field may drop a value that is not the default.
  var isIgnorable: Bool
  /// Never compact, in flexible versions too.
  var isFixed: Bool
  /// As written in the definition.
  var defaultText: String?
}

/// A message's own fields, or a structure that its fields refer to.
struct StructDefinition {
  var name: String
  var versions: VersionRange
  var fields: [FieldDefinition]
}

/// One message: a request, a response, a record of the metadata log or a bare body.
struct MessageDefinition {
  enum Kind: Equatable {
    case request(key: Int)
    case response(key: Int)
    case record(key: Int)
    case data
  }

  var kind: Kind
  /// The Swift type's name: `FetchRequest`, `TopicRecord`.
  var name: String
  /// The API's name without "Request" or "Response"; the same as `name` for the others.
  var family: String
  /// Comment lines at the head of the definition.
  var about: [String]
  var versions: VersionRange
  /// The first version with compact lengths and tagged fields.
  var firstFlexible: Int?
  var body: StructDefinition
  /// Structures in the order of their first mention.
  var structures: [StructDefinition]
  /// The definition's path, for the head of the generated file.
  var source: String

  func structure(_ name: String) -> StructDefinition? {
    structures.first { $0.name == name }
  }
}
