/// All settings of `weir bench` and of scenario files: one table for flags, help and files.
public enum ScenarioSchema {
  /// In the order of the help; of several swept parameters, the first here varies slowest.
  public static let fields: [ScenarioField] =
    targetFields + [linkField] + loadFields + rateSearchFields + producerFields + recordFields
    + topicFields + consumerFields + suiteFields + zeroCopyFetchFields + partitionScalingFields
    + acksFields + failoverFields + reportFields

  /// The field of this name.
  public static func field(named name: String) -> ScenarioField? {
    byName[name]
  }

  /// Sets `name` from the text of a flag; lists are separated by commas.
  ///
  /// - Throws: A `ScenarioError` without a file.
  public static func set(flag name: String, to texts: [String], in scenario: inout Scenario)
    throws(ScenarioError)
  {
    guard let field = field(named: name) else { throw unknown(name) }
    let values = field.kind == .list ? texts.flatMap(splitList) : texts
    do {
      try field.set(values, &scenario)
      scenario.given[name] = Scenario.Place()
    } catch {
      throw ScenarioError(
        key: name, "\(quoted(texts)) is not understood", allowed: error.allowed)
    }
  }

  /// The items of `0, 1,all`.
  static func splitList(_ text: String) -> [String] {
    text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// The refusal of a name that is not in the table, with the nearest one that is.
  static func unknown(_ name: String) -> ScenarioError {
    let near = nearestWord(to: name, among: fields.map(\.name) + fileOnlyKeys)
    return ScenarioError(
      key: name, "unknown key" + (near.map { "; did you mean \($0)?" } ?? ""))
  }

  static func quoted(_ texts: [String]) -> String {
    texts.map { "\"\($0)\"" }.joined(separator: ", ")
  }

  /// Keys that only a file has.
  static let fileOnlyKeys = ["name", "question", "faults"]

  static let order: [String: Int] = Dictionary(
    uniqueKeysWithValues: fields.enumerated().map { ($1.name, $0) })

  private static let byName: [String: ScenarioField] = Dictionary(
    uniqueKeysWithValues: fields.map { ($0.name, $0) })
}
