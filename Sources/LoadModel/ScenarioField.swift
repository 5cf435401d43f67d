/// One setting of a scenario: a flag of `weir bench` and a key of a scenario file alike. Flags,
/// help text and the checking of files are all made from this.
public struct ScenarioField: Sendable {
  public enum Kind: Sendable, Equatable {
    /// One value for the whole run.
    case single
    /// One value or several: several make a sweep. As a flag, separated by commas.
    case list
    /// A list whose items are not a sweep but one value (broker addresses).
    case addresses
    /// `key=value` pairs: a flag that is repeated, a mapping in a file.
    case properties
  }

  /// The flag without its dashes, and the file's key.
  public let name: String
  public let kind: Kind
  /// How the help names a value: `SIZE`, `N`.
  public let valueName: String
  /// What may be written, for help and for errors.
  public let allowed: String
  /// What stands where it is not given.
  public let defaultText: String
  /// One line, lower case, no full stop.
  public let doc: String
  /// The value that a workload has, as text; nil where it is no parameter of the cases.
  var read: (@Sendable (Workload) -> String)?
  /// Sets the values (as text) in a scenario, or refuses.
  let set: @Sendable ([String], inout Scenario) throws(ValueText.Refusal) -> Void
  /// The suites that it belongs to; nil where the load has it.
  var suites: [Suite]?
  /// On the command line it takes no value: to name it sets it to true.
  public var isFlag = false

  /// Which heading of the help it stands under.
  public enum Group: String, Sendable, CaseIterable {
    case target = "Where"
    case load = "How much and how fast"
    case rateSearch = "Highest rate"
    case producer = "Producer"
    case records = "Records"
    case topic = "Topic"
    case consumer = "Consumer"
    case suite = "Suites"
    case report = "Run and report"
  }
  public let group: Group
}

extension ScenarioField {
  /// A parameter of the cases: one value or a sweep.
  static func axis<Value: Sendable>(
    _ name: String, _ path: WritableKeyPath<Workload, Value> & Sendable, group: Group,
    _ valueName: String, allowed: String, default defaultText: String? = nil, _ doc: String,
    text: @escaping @Sendable (Value) -> String,
    parse: @escaping @Sendable (String) throws(ValueText.Refusal) -> Value
  ) -> ScenarioField {
    ScenarioField(
      name: name, kind: .list, valueName: valueName, allowed: allowed,
      defaultText: defaultText ?? text(Workload()[keyPath: path]), doc: doc,
      read: { text($0[keyPath: path]) },
      set: { texts, scenario throws(ValueText.Refusal) in
        guard !texts.isEmpty else { throw ValueText.Refusal(allowed) }
        var axis = Scenario.Axis(name: name, values: [], apply: [])
        for item in texts {
          let value = try parse(item)
          let readBack = text(value)
          guard !axis.values.contains(readBack) else {
            throw ValueText.Refusal("each value once (\(readBack) is there twice)")
          }
          axis.values.append(readBack)
          axis.apply.append { $0[keyPath: path] = value }
        }
        scenario.place(axis)
      },
      group: group)
  }

  /// A setting of the run.
  static func setting(
    _ name: String, group: Group, _ valueName: String, allowed: String,
    default defaultText: String, _ doc: String,
    set: @escaping @Sendable (String, inout Scenario) throws(ValueText.Refusal) -> Void
  ) -> ScenarioField {
    ScenarioField(
      name: name, kind: .single, valueName: valueName, allowed: allowed,
      defaultText: defaultText, doc: doc,
      set: { texts, scenario throws(ValueText.Refusal) in
        guard texts.count == 1 else { throw ValueText.Refusal("one value: \(allowed)") }
        try set(texts[0], &scenario)
      },
      group: group)
  }

  /// Kafka properties that are added to the workload of every case.
  static func properties(
    _ name: String, group: Group, _ doc: String,
    set: @escaping @Sendable ([String: String], inout Scenario) -> Void
  ) -> ScenarioField {
    ScenarioField(
      name: name, kind: .properties, valueName: "KEY=VALUE", allowed: "key=value",
      defaultText: "", doc: doc,
      set: { texts, scenario throws(ValueText.Refusal) in
        var properties: [String: String] = [:]
        for item in texts {
          let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
          guard parts.count == 2, !parts[0].isEmpty else { throw ValueText.Refusal("key=value") }
          properties[String(parts[0])] = String(parts[1])
        }
        try Self.refuseSecurity(properties)
        set(properties, &scenario)
      },
      group: group)
  }

  private static func refuseSecurity(_ properties: [String: String]) throws(ValueText.Refusal) {
    for (key, value) in properties.sorted(by: { $0.key < $1.key }) {
      let isPlain = key == "security.protocol" && value.uppercased() == "PLAINTEXT"
      let isSecurity =
        key == "security.protocol" || key.hasPrefix("ssl.") || key.hasPrefix("sasl.")
      if isSecurity && !isPlain {
        throw ValueText.Refusal("PLAINTEXT only: TLS and SASL are not there yet (\(key))")
      }
    }
  }
}

extension Scenario {
  /// Puts an axis in the schema's place, instead of one of the same name.
  mutating func place(_ axis: Axis) {
    axes.removeAll { $0.name == axis.name }
    let order = ScenarioSchema.order
    let rank = order[axis.name] ?? .max
    let position = axes.firstIndex { (order[$0.name] ?? .max) > rank } ?? axes.count
    axes.insert(axis, at: position)
  }
}
