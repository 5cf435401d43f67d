/// Why bytes could not be read as what they claim to be.
public enum FormatError: Error, Sendable, Equatable {
  /// The bytes end before the value does.
  case truncated(needed: Int, remaining: Int)
  /// A varint longer than its type allows.
  case malformedVarint
  /// A length or count that cannot be: negative where null is not allowed, or more than remains.
  case invalidLength(Int)
  /// Null where the field is not nullable.
  case unexpectedNull
  /// Bytes that are not UTF-8 where text is expected.
  case invalidText
  /// A batch of a format other than v2.
  case unsupportedMagic(Int8)
  /// Anything else, in words.
  case invalid(String)
}
