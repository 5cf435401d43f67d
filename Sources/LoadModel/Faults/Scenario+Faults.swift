/// `faults:` of a scenario file: a list of mappings, one a fault.
///
/// ```yaml
/// faults:
///   - {at: 5s, kill: leader 0, for: 3s}
///   - {at: 12s, pause: node 2, for: 5s}
///   - {at: 20s, delay-link: client-1, by: 50ms, for: 5s}
///   - {at: 30s, move-leader: 0}
/// ```
extension Scenario {
  static let faultForm = "a list such as [{at: 5s, kill: leader 0, for: 3s}]"
  private static let dayMs: Int64 = 86_400_000
  private static let delays: ClosedRange<Int64> = 1...60_000

  mutating func setFaults(_ node: YamlNode) throws(ScenarioError) {
    guard case .sequence(let items) = node.value, !items.isEmpty else {
      throw faultError(
        node, "faults", "\(node.kindText) is not understood", allowed: Self.faultForm)
    }
    var placed: [(fault: Fault, place: Place)] = []
    for item in items {
      placed.append((try fault(item), Place(line: item.line, column: item.column)))
    }
    placed.sort { $0.fault.atMs < $1.fault.atMs }
    run.faults = placed.map(\.fault)
    faultPlaces = placed.map(\.place)
  }

  private static let words = Fault.Action.allCases.map(\.rawValue)

  private func fault(_ node: YamlNode) throws(ScenarioError) -> Fault {
    guard case .mapping(let pairs) = node.value else {
      throw faultError(
        node, "faults", "\(node.kindText) is not understood",
        allowed: "mappings such as {at: 5s, kill: leader 0, for: 3s}")
    }
    var texts: [String: (text: String, node: YamlNode)] = [:]
    var found: (action: Fault.Action, text: String, node: YamlNode)?
    for (key, value) in pairs {
      guard case .scalar(let name, _) = key.value else { continue }
      guard case .scalar(let text, _) = value.value else {
        throw faultError(
          value, "faults.\(name)", "\(value.kindText) is not understood", allowed: "a single value")
      }
      if let action = Fault.Action(rawValue: name) {
        if let found {
          throw faultError(
            key, "faults.\(name)", "this fault is a \(found.action.rawValue) already",
            allowed: "one action each")
        }
        found = (action, text, value)
      } else if ["at", "for", "by"].contains(name) {
        texts[name] = (text, value)
      } else {
        let known = ["at", "for", "by"] + Self.words
        let near = nearestWord(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
        throw faultError(
          key, "faults.\(name)", "unknown key\(near)", allowed: known.joined(separator: ", "))
      }
    }
    guard let found else {
      throw faultError(
        node, "faults", "no action is given", allowed: Self.words.joined(separator: ", "))
    }
    guard let at = texts["at"] else {
      throw faultError(
        node, "faults", "it has no time",
        allowed: "at: a duration from the beginning of the measured window")
    }
    var fault = Fault(
      atMs: try duration(at, "at", in: 0...Self.dayMs), found.action,
      try target(found.action, found.text, found.node))
    fault.durationMs = try undoMs(found.action, texts["for"])
    fault.delayMs = try delayMs(found.action, node, texts["by"])
    return fault
  }

  private func undoMs(
    _ action: Fault.Action, _ given: (text: String, node: YamlNode)?
  ) throws(ScenarioError) -> Int64? {
    guard let given else { return nil }
    guard action.undo != nil else {
      let undone = Fault.Action.allCases.filter { $0.undo != nil }.map(\.rawValue)
      throw faultError(
        given.node, "faults.for", "nothing undoes a \(action.rawValue)",
        allowed: "with \(undone.joined(separator: ", "))")
    }
    return try duration(given, "for", in: 1...Self.dayMs)
  }

  private func delayMs(
    _ action: Fault.Action, _ item: YamlNode, _ given: (text: String, node: YamlNode)?
  ) throws(ScenarioError) -> Int64? {
    if action == .delayLink, given == nil {
      throw faultError(
        item, "faults.delay-link", "it does not say by how much",
        allowed: "by: a duration from 1ms to 1m")
    }
    guard let given else { return nil }
    guard action == .delayLink else {
      throw faultError(
        given.node, "faults.by", "a \(action.rawValue) delays nothing", allowed: "with delay-link")
    }
    return try duration(given, "by", in: Self.delays)
  }

  private func duration(
    _ given: (text: String, node: YamlNode), _ name: String, in range: ClosedRange<Int64>
  ) throws(ScenarioError) -> Int64 {
    do throws(ValueText.Refusal) { return try ValueText.duration(given.text, in: range) } catch {
      throw faultError(
        given.node, "faults.\(name)", "\"\(given.text)\" is not understood", allowed: error.allowed)
    }
  }

  /// A bare number is a node; with `move-leader` a partition. Links are named without `link`.
  private func target(
    _ action: Fault.Action, _ text: String, _ node: YamlNode
  ) throws(ScenarioError) -> Fault.Target {
    let forms: [String]
    var found: Fault.Target?
    if action.isOfLink {
      forms = ["a link's name"]
      found =
        Fault.Target.isLinkName(text[...]) ? .link(text) : Fault.Target(text)
      if case .link? = found {} else { found = nil }
    } else if action == .moveLeader {
      forms = ["leader PARTITION", "PARTITION"]
      found = Int32(text).flatMap { $0 >= 0 ? .leader(partition: $0) : nil } ?? Fault.Target(text)
      if case .leader? = found {} else { found = nil }
    } else {
      forms = ["node ID", "leader PARTITION", "follower PARTITION", "controller"]
      found = Int32(text).flatMap { $0 >= 0 ? .node($0) : nil } ?? Fault.Target(text)
      if case .link? = found { found = nil }
    }
    if let found { return found }
    let word = String(text.prefix { $0 != " " })
    let near = nearestWord(to: word, among: forms.map { String($0.prefix { $0 != " " }) })
    throw faultError(
      node, "faults.\(action.rawValue)",
      "\"\(text)\" is not understood" + (near.map { "; did you mean \($0)?" } ?? ""),
      allowed: forms.joined(separator: ", "))
  }

  private func faultError(_ node: YamlNode, _ key: String, _ message: String, allowed: String)
    -> ScenarioError
  {
    ScenarioError(
      file: file, line: node.line, column: node.column, key: key, message, allowed: allowed)
  }

  /// The refusal of one planted fault, with its place in the file.
  ///
  /// - Parameter index: In `run.faults`.
  public func faultRefusal(_ index: Int, _ message: String, allowed: String) -> ScenarioError {
    let place = index < faultPlaces.count ? faultPlaces[index] : Place()
    return ScenarioError(
      file: file, line: place.line, column: place.column, key: "faults",
      "\(run.faults[index].actionText): \(message)", allowed: allowed)
  }
}
