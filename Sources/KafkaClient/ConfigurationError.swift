/// Why a set of Kafka properties was refused.
public enum ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Not a property of this kind of client. `nearest` is one that looks like it.
  case unknownKey(String, nearest: String?)
  /// A value that is not of the property's type, or not one of the allowed ones.
  case invalidValue(key: String, value: String, allowed: String)
  /// A property of Kafka that this client refuses, and why.
  case unsupported(key: String, value: String, reason: String)
  /// Values that are allowed one by one but not together.
  case conflict(String)

  public var description: String {
    switch self {
    case .unknownKey(let key, let nearest):
      "unknown property \(key)" + (nearest.map { "; did you mean \($0)?" } ?? "")
    case .invalidValue(let key, let value, let allowed):
      "\(key)=\(value) is not valid: allowed is \(allowed)"
    case .unsupported(let key, let value, let reason): "\(key)=\(value) is refused: \(reason)"
    case .conflict(let text): text
    }
  }
}
