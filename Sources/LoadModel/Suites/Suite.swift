/// A set of measurements that answers one question together, where a sweep of the load cannot.
///
/// A new one needs a case here, its `SuiteDefinition`, its program in `LoadRunner/Suites`, its
/// section in `Reports/Sections` and a scenario file of its name.
public enum Suite: String, Codable, Sendable, CaseIterable {
  case sequentialWrite = "sequential-write"
  case zeroCopyFetch = "zero-copy-fetch"
  case partitionScaling = "partition-scaling"
  case groups
  case acks
  case failover

  public var definition: SuiteDefinition {
    switch self {
    case .sequentialWrite: .sequentialWrite
    case .zeroCopyFetch: .zeroCopyFetch
    case .partitionScaling: .partitionScaling
    case .groups: .groups
    case .acks: .acks
    case .failover: .failover
    }
  }
}

/// Which settings a suite has, and what they are where they are not given.
public struct SuiteDefinition: Sendable {
  /// The settings that it uses, beside those of every suite; any other is refused.
  let keys: [String]
  /// By the settings' names, as texts.
  let defaults: [(name: String, values: [String])]
  /// Refuses what cannot be measured, before anything starts; defaults are in place.
  let check: @Sendable (Scenario) throws(ScenarioError) -> Void
  /// What a run is going to do; defaults are in place.
  let plan: @Sendable (Scenario) -> RunPlan
  /// The suite measures several values of `min-insync-replicas` beside each other.
  let comparesMinInsync: Bool
  /// Defaults that depend on what was given; they win over `defaults`.
  let derivedDefaults: @Sendable (Scenario) -> [(name: String, values: [String])]

  init(
    keys: [String], defaults: [(name: String, values: [String])],
    check: @escaping @Sendable (Scenario) throws(ScenarioError) -> Void,
    plan: @escaping @Sendable (Scenario) -> RunPlan, comparesMinInsync: Bool = false,
    derivedDefaults: @escaping @Sendable (Scenario) -> [(name: String, values: [String])] = {
      _ in []
    }
  ) {
    self.keys = keys
    self.defaults = defaults
    self.check = check
    self.plan = plan
    self.comparesMinInsync = comparesMinInsync
    self.derivedDefaults = derivedDefaults
  }

  /// What every suite has.
  static let commonKeys = [
    "suite", "repetitions", "output", "seed", "replication-factor", "min-insync-replicas",
  ]

  var allKeys: [String] { keys + Self.commonKeys }
}

extension Scenario {
  /// Where a setting was given; a flag has no line.
  struct Place: Sendable {
    var line: Int?
    var column: Int?
  }

  /// With the defaults of its suite, where it has one, in place of what was not given.
  public func withSuiteDefaults() -> Scenario {
    guard let definition = run.suite?.definition else { return self }
    var scenario = self
    let defaults =
      [("replication-factor", ["1"])] + definition.defaults + definition.derivedDefaults(self)
    for (name, values) in defaults where given[name] == nil {
      guard let field = ScenarioSchema.field(named: name) else {
        preconditionFailure("a suite's default for \(name), which is no setting")
      }
      do throws(ValueText.Refusal) { try field.set(values, &scenario) } catch {
        preconditionFailure("a suite's default for \(name): allowed is \(error.allowed)")
      }
    }
    return scenario
  }

  /// The values of a parameter of the cases: those given, else the one that stands by itself.
  public func values<Value>(_ name: String, _ path: KeyPath<Workload, Value>) -> [Value] {
    guard let axis = axes.first(where: { $0.name == name }) else {
      return [baseWorkload[keyPath: path]]
    }
    return axis.apply.map { apply in
      var workload = Workload()
      apply(&workload)
      return workload[keyPath: path]
    }
  }

  /// How many values a setting has.
  func valueCount(_ name: String) -> Int {
    suiteTexts[name]?.count ?? axes.first { $0.name == name }?.values.count ?? 1
  }

  /// The values of a setting that only suites have.
  public func suiteValues(_ name: String) -> [String] { suiteTexts[name] ?? [] }

  /// Refuses settings that the suite does not use, or that only suites use.
  func validateSuite() throws(ScenarioError) {
    let suite = run.suite
    let keys = suite?.definition.allKeys
    for field in ScenarioSchema.fields {
      guard let place = given[field.name] else { continue }
      if let suite, let keys, !keys.contains(field.name) {
        throw misplaced(
          field.name, place, "the suite \(suite.rawValue) does not use it",
          allowed: ScenarioSchema.fields.map(\.name).filter(keys.contains).joined(separator: ", "))
      }
      if suite == nil, let owners = field.suites {
        let names = owners.map(\.rawValue).joined(separator: ", ")
        throw misplaced(
          field.name, place, "only a suite uses it", allowed: "with suite \(names)")
      }
    }
    guard let definition = suite?.definition else { return }
    let whole = withSuiteDefaults()
    try whole.validateSuiteReplication(definition)
    try definition.check(whole)
  }

  private func misplaced(_ key: String, _ place: Place, _ message: String, allowed: String)
    -> ScenarioError
  {
    ScenarioError(
      file: place.line == nil ? nil : file, line: place.line, column: place.column, key: key,
      message, allowed: allowed)
  }
}

extension ScenarioField {
  /// One value or several of a setting that only suites have, kept as text.
  ///
  /// - Parameter readBack: Checks a text and gives the form in which it is kept.
  static func suite(
    _ name: String, of suites: [Suite], _ valueName: String, allowed: String,
    default defaultText: String, _ doc: String,
    readBack: @escaping @Sendable (String) throws(ValueText.Refusal) -> String
  ) -> ScenarioField {
    var field = ScenarioField(
      name: name, kind: .list, valueName: valueName, allowed: allowed, defaultText: defaultText,
      doc: doc,
      set: { texts, scenario throws(ValueText.Refusal) in
        guard !texts.isEmpty else { throw ValueText.Refusal(allowed) }
        var values: [String] = []
        for text in texts {
          let value = try readBack(text)
          guard !values.contains(value) else {
            throw ValueText.Refusal("each value once (\(value) is there twice)")
          }
          values.append(value)
        }
        scenario.suiteTexts[name] = values
      },
      group: .suite)
    field.suites = suites
    return field
  }
}
