/// Where the broker listens, and which addresses it gives to clients.
///
/// Names of listeners and of security protocols are compared in upper case, as in Kafka.
/// - Source: Kafka documentation, `listeners`, `advertised.listeners`,
///   `listener.security.protocol.map`; KIP-103, KIP-291. The refusals are those of Kafka 4.3.1.
struct ListenerSettings {
  let listeners: [BrokerListener]
  /// Empty: as `listeners`, once their ports are known.
  let advertised: [BrokerListener]

  init(_ config: BrokerConfig) throws(ConfigError) {
    let text = config.value("listeners") ?? ""
    let all = try Self.parsed(text, key: "listeners")
    try Self.checkPorts(all, text)
    let controllers = ConfigText.list(config.value("controller.listener.names") ?? "")
      .map { $0.uppercased() }
    listeners = all.filter { !controllers.contains($0.name) }
    if listeners.isEmpty {
      throw ConfigError(
        key: "listeners", value: text, allowed: "at least one listener for clients",
        reason: "all of them are named in controller.listener.names")
    }
    let given = config.properties["advertised.listeners"]
    advertised =
      try given.map { (text) throws(ConfigError) in
        try Self.advertised(text, listeners: all, controllers: controllers)
      } ?? []
    try Self.checkAddresses(advertised.isEmpty ? listeners : advertised, given)
    let protocols = try Self.protocols(config.value("listener.security.protocol.map") ?? "")
    try Self.check(listeners, protocols)
    try Self.checkInterBroker(
      config.value("inter.broker.listener.name"),
      names: (advertised.isEmpty ? listeners : advertised).map(\.name))
  }

  // MARK: Reading

  /// Reads `name://host:port` by commas.
  static func parsed(_ text: String, key: String) throws(ConfigError) -> [BrokerListener] {
    var result: [BrokerListener] = []
    for entry in ConfigText.list(text) {
      guard let listener = listener(entry) else {
        throw ConfigError(key: key, value: entry, allowed: "name://host:port by commas")
      }
      if result.contains(where: { $0.name == listener.name }) {
        throw ConfigError(
          key: key, value: text, allowed: "name://host:port by commas, each name once",
          reason: "\(listener.name) is there twice")
      }
      result.append(listener)
    }
    return result
  }

  private static func listener(_ entry: String) -> BrokerListener? {
    let characters = Array(entry)
    guard let colon = characters.firstIndex(of: ":"), colon > 0,
      characters.count > colon + 3, characters[colon + 1] == "/", characters[colon + 2] == "/",
      let last = characters.lastIndex(of: ":"), last > colon,
      let port = UInt16(String(characters[(last + 1)...]))
    else { return nil }
    var host = String(characters[(colon + 3)..<last])
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    return BrokerListener(name: String(characters[..<colon]).uppercased(), host: host, port: port)
  }

  private static func advertised(
    _ text: String, listeners: [BrokerListener], controllers: [String]
  ) throws(ConfigError) -> [BrokerListener] {
    let given = try parsed(text, key: "advertised.listeners")
    for listener in given where !listeners.contains(where: { $0.name == listener.name }) {
      throw ConfigError(
        key: "advertised.listeners", value: text,
        allowed: "names that listeners has: " + listeners.map(\.name).joined(separator: ", "),
        reason: "listeners has no \(listener.name)")
    }
    let forClients = given.filter { !controllers.contains($0.name) }
    if forClients.isEmpty {
      throw ConfigError(
        key: "advertised.listeners", value: text, allowed: "at least one listener for clients",
        reason: "all of them are named in controller.listener.names")
    }
    return forClients
  }

  /// The security protocol of each listener's name.
  private static func protocols(_ text: String) throws(ConfigError) -> [String: String] {
    let known = ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
    var result: [String: String] = [:]
    for entry in ConfigText.list(text) {
      let parts = entry.uppercased().split(separator: ":", omittingEmptySubsequences: false)
        .map { String($0).trimmed }
      guard parts.count == 2, !parts[0].isEmpty, known.contains(parts[1]) else {
        throw ConfigError(
          key: "listener.security.protocol.map", value: entry,
          allowed: "name:protocol by commas, of the protocols " + known.joined(separator: ", "))
      }
      guard result.updateValue(parts[1], forKey: parts[0]) == nil else {
        throw ConfigError(
          key: "listener.security.protocol.map", value: text, allowed: "each name once",
          reason: "\(parts[0]) is there twice")
      }
    }
    return result
  }

  // MARK: Checking

  /// Two listeners share a port only where one has an IPv4 and the other an IPv6 address.
  private static func checkPorts(_ listeners: [BrokerListener], _ text: String)
    throws(ConfigError)
  {
    for (index, listener) in listeners.enumerated() where listener.port != 0 {
      for other in listeners[..<index] where other.port == listener.port {
        let hosts = [listener.host, other.host]
        if hosts.contains(where: { $0.contains(":") }), hosts.contains(where: isIPv4) { continue }
        throw ConfigError(
          key: "listeners", value: text,
          allowed: "a port of its own for each listener, save for an IPv4 and an IPv6 address",
          reason: "\(other.name) and \(listener.name) have port \(listener.port)")
      }
    }
  }

  private static func isIPv4(_ host: String) -> Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
  }

  private static func checkAddresses(_ listeners: [BrokerListener], _ given: String?)
    throws(ConfigError)
  {
    for listener in listeners where BrokerListener.metaAddresses.contains(listener.host) {
      let port = listener.port
      throw ConfigError(
        key: given == nil ? "listeners" : "advertised.listeners",
        value: given ?? "\(listener)",
        allowed: given == nil
          ? "\(listener.name)://:\(port), which gives clients the host name; or the same with"
            + " advertised.listeners=\(listener.name)://HOST:\(port)"
          : "a host name or an address that clients can connect to",
        reason: "clients would be given the meta-address \(listener.host), which is no"
          + " address to connect to")
    }
  }

  private static func check(_ listeners: [BrokerListener], _ protocols: [String: String])
    throws(ConfigError)
  {
    for listener in listeners where protocols[listener.name] != "PLAINTEXT" {
      let found = protocols[listener.name]
      throw ConfigError(
        key: "listeners", value: "\(listener)",
        allowed: "listeners of the security protocol PLAINTEXT (no TLS or SASL yet)",
        reason: found.map { "its security protocol is \($0)" }
          ?? "listener.security.protocol.map has no \(listener.name)")
    }
  }

  private static func checkInterBroker(_ given: String?, names: [String]) throws(ConfigError) {
    guard let given, !names.contains(given.uppercased()) else { return }
    throw ConfigError(
      key: "inter.broker.listener.name", value: given,
      allowed: "a name of advertised.listeners: " + names.joined(separator: ", "))
  }
}

extension BrokerListener: CustomStringConvertible {
  /// The addresses that stand for "all interfaces": a client cannot connect to them.
  public static let metaAddresses = ["0.0.0.0", "::", "0:0:0:0:0:0:0:0"]

  /// As it stands in `listeners`.
  public var description: String {
    host.contains(":") ? "\(name)://[\(host)]:\(port)" : "\(name)://\(host):\(port)"
  }
}
