/// Why a scenario was refused: where, what, and what would have been allowed.
public struct ScenarioError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Nil for a flag.
  public var file: String?
  /// From 1; nil for a flag.
  public var line: Int?
  public var column: Int?
  /// The flag's name or the file's key, without dashes.
  public var key: String?
  public var message: String
  /// What would have been allowed.
  public var allowed: String?

  public init(
    file: String? = nil, line: Int? = nil, column: Int? = nil, key: String? = nil,
    _ message: String, allowed: String? = nil
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.key = key
    self.message = message
    self.allowed = allowed
  }

  /// `acks.yaml:3:7: acks: "2" is not understood; allowed: 0, 1, all`.
  public var description: String {
    var place = ""
    if let file {
      place = file
      if let line { place += ":\(line)" }
      if let column { place += ":\(column)" }
      place += ": "
    }
    let name = key.map { file == nil ? "--\($0): " : "\($0): " } ?? ""
    return place + name + message + (allowed.map { "; allowed: \($0)" } ?? "")
  }
}
