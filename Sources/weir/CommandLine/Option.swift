/// A named option of a command, declared once: the parser, the help and the typed value come
/// from it.
///
/// ```
/// static let partitions = Option(
///   "partitions", "N", "partitions of the topic", default: 1, parse: Values.integer(1...100_000))
/// …
/// let count = arguments[partitions]      // Int
/// ```
struct Option<Value: Sendable>: Sendable {
  let declaration: OptionDeclaration
  /// What stands for an option that was not given; nil where it must be given.
  let fallback: Value?
  /// Makes one value of all that were given; nil where the option takes one.
  var gather: (@Sendable ([any Sendable]) -> Value)?

  /// - Parameters:
  ///   - name: Without the dashes.
  ///   - valueName: How the help names the value: `N`, `HOST:PORT`.
  ///   - doc: One line for the help, in lower case, without a full stop.
  ///   - defaultText: How the help writes `value`; nil writes it as Swift does.
  init(
    _ name: String, _ valueName: String, _ doc: String, default value: Value,
    defaultText: String? = nil, parse: @escaping ValueParser<Value>
  ) {
    declaration = OptionDeclaration(
      name: name, kind: .single, valueName: valueName, doc: doc,
      defaultText: defaultText ?? "\(value)",
      check: { text throws(ValueError) -> any Sendable in try parse(text) })
    fallback = value
  }

  /// An option that must be given.
  init(
    required name: String, _ valueName: String, _ doc: String,
    parse: @escaping ValueParser<Value>
  ) {
    declaration = OptionDeclaration(
      name: name, kind: .single, valueName: valueName, doc: doc, isRequired: true,
      check: { text throws(ValueError) -> any Sendable in try parse(text) })
    fallback = nil
  }

  fileprivate init(declaration: OptionDeclaration, fallback: Value) {
    self.declaration = declaration
    self.fallback = fallback
  }
}

extension Option {
  /// An option that is nil unless given.
  static func optional<Wrapped>(
    _ name: String, _ valueName: String, _ doc: String, parse: @escaping ValueParser<Wrapped>
  ) -> Option<Wrapped?> where Value == Wrapped? {
    Option<Wrapped?>(
      declaration: OptionDeclaration(
        name: name, kind: .single, valueName: valueName, doc: doc,
        check: { text throws(ValueError) -> any Sendable in try parse(text) as Wrapped? }),
      fallback: nil as Wrapped?)
  }

  /// An option that may be given several times; every value counts, in the order given.
  static func repeated<Element>(
    _ name: String, _ valueName: String, _ doc: String, parse: @escaping ValueParser<Element>
  ) -> Option<[Element]> where Value == [Element] {
    var option = Option<[Element]>(
      declaration: OptionDeclaration(
        name: name, kind: .repeated, valueName: valueName, doc: doc,
        check: { text throws(ValueError) -> any Sendable in try parse(text) }),
      fallback: [])
    option.gather = { given in given.compactMap { $0 as? Element } }
    return option
  }
}

extension Option where Value == Bool {
  /// Present or not; takes no value.
  static func flag(_ name: String, _ doc: String) -> Option<Bool> {
    Option(
      declaration: OptionDeclaration(
        name: name, kind: .flag, valueName: nil, doc: doc,
        check: { _ throws(ValueError) -> any Sendable in true }),
      fallback: false)
  }
}

/// Turns the text of a value into the value, or says what is allowed.
typealias ValueParser<Value> = @Sendable (String) throws(ValueError) -> Value

/// What the parser and the help need to know of an option, whatever its type.
struct OptionDeclaration: Sendable {
  enum Kind: Sendable { case flag, single, repeated }

  let name: String
  let kind: Kind
  var valueName: String?
  let doc: String
  var defaultText: String?
  var isRequired = false
  /// Parses a value given as text; what it returns is kept as the value.
  let check: @Sendable (String) throws(ValueError) -> any Sendable
}

/// Why the text of a value was refused: what would have been allowed.
struct ValueError: Error, Equatable {
  /// Completes "--name takes …": `a whole number from 1 to 10`.
  let allowed: String
}

/// A positional argument of a command.
struct Positional: Sendable {
  let name: String
  let doc: String
  var isRequired = true
  /// Takes all that are left; only the last one may.
  var isRepeated = false
}
