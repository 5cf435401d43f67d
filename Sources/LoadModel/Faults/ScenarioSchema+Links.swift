/// A link of a cluster through our relay, which faults cut and delay.
public struct RelayedLink: Sendable, Equatable {
  /// Of 127.0.0.1, where the relay listens: what the broker advertises.
  public var port: UInt16
  /// `HOST:PORT` of the broker.
  public var target: String

  /// `29192:127.0.0.1:19192`
  public var text: String { "\(port):\(target)" }

  /// Nil for a text that is none.
  init?(_ text: String) {
    guard let colon = text.firstIndex(of: ":"), let port = UInt16(text[..<colon]), port > 0 else {
      return nil
    }
    let target = String(text[text.index(after: colon)...])
    guard ScenarioSchema.isAddress(target) else { return nil }
    self.port = port
    self.target = target
  }
}

extension RunSettings {
  /// The link between clients and a broker that this run starts in a process of its own.
  public var ownLink: String { "client-\(ownNodeId)" }
}

extension ScenarioSchema {
  private static let linkForm = "NAME=PORT:HOST:PORT, a name of letters, digits, '.', '_' and '-'"

  static let linkField = ScenarioField(
    name: "link", kind: .properties, valueName: "NAME=PORT:HOST:PORT", allowed: linkForm,
    defaultText: "",
    doc: "with --bootstrap: a relay on 127.0.0.1:PORT, which the broker at HOST:PORT advertises, so"
      + " that faults can cut and delay the link",
    set: { texts, scenario throws(ValueText.Refusal) in
      for item in texts {
        let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, Fault.Target.isLinkName(parts[0]),
          let link = RelayedLink(String(parts[1]))
        else { throw ValueText.Refusal(linkForm) }
        scenario.run.links[String(parts[0])] = link
      }
    },
    group: .target)
}
