import KafkaFormat
import Transport

/// Takes typed values out of a set of Kafka properties, one key at a time, and at the end
/// refuses what nobody asked for.
struct PropertyReader {
  private let properties: [String: String]
  private var known: Set<String> = []
  /// Properties that are Kafka's but mean nothing to this client: they change no behaviour here.
  private(set) var ignored: [String] = []

  init(_ properties: [String: String]) { self.properties = properties }

  mutating func string(_ key: String) -> String? {
    known.insert(key)
    return properties[key].map(trimmed)
  }

  mutating func integer<T: FixedWidthInteger>(
    _ key: String, _ value: inout T, in range: ClosedRange<T>
  ) throws(ConfigurationError) {
    guard let text = string(key) else { return }
    guard let number = T(text), range.contains(number) else {
      throw .invalidValue(
        key: key, value: text,
        allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    value = number
  }

  mutating func boolean(_ key: String, _ value: inout Bool) throws(ConfigurationError) {
    guard let text = string(key) else { return }
    switch text.lowercased() {
    case "true": value = true
    case "false": value = false
    default: throw .invalidValue(key: key, value: text, allowed: "true or false")
    }
  }

  /// One of a list of words, whatever their case.
  mutating func choice<T>(
    _ key: String, _ value: inout T, from choices: KeyValuePairs<String, T>
  ) throws(ConfigurationError) {
    guard let text = string(key) else { return }
    for (name, meaning) in choices where name.lowercased() == text.lowercased() {
      value = meaning
      return
    }
    let allowed = choices.map(\.key).joined(separator: ", ")
    throw .invalidValue(key: key, value: text, allowed: "one of \(allowed)")
  }

  /// `host:port,host:port`; an IPv6 literal stands in brackets.
  mutating func addresses(
    _ key: String, _ value: inout [NetworkAddress]
  ) throws(ConfigurationError) {
    guard let text = string(key) else { return }
    value = try NetworkAddress.list(text, key: key)
  }

  /// Accepts `keys` without using them.
  mutating func ignore(_ keys: [String]) {
    for key in keys {
      known.insert(key)
      if properties[key] != nil { ignored.append(key) }
    }
  }

  /// Refuses `key` whatever its value, unless it is one of `harmless`.
  mutating func refuse(
    _ key: String, unless harmless: [String] = [], reason: String
  ) throws(ConfigurationError) {
    guard let text = string(key), !text.isEmpty, !harmless.contains(text) else { return }
    throw .unsupported(key: key, value: text, reason: reason)
  }

  /// Throws for the first property, by name, that was never asked for.
  func finish() throws(ConfigurationError) {
    for key in properties.keys.sorted() where !known.contains(key) {
      let value = properties[key] ?? ""
      if key.hasPrefix("sasl.") || key.hasPrefix("ssl.") {
        throw .unsupported(
          key: key, value: value, reason: "TLS and SASL are not supported yet, only PLAINTEXT is")
      }
      throw .unknownKey(key, nearest: nearest(to: key))
    }
  }

  private func nearest(to key: String) -> String? {
    let scored = known.map { (distance(Array($0.utf8), Array(key.utf8)), $0) }
    guard let best = scored.min(by: { ($0.0, $0.1) < ($1.0, $1.1) }), best.0 <= 3 else {
      return nil
    }
    return best.1
  }

  /// How many single-byte edits make `a` of `b`.
  private func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for (i, left) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, right) in b.enumerated() {
        let above = row[j + 1]
        row[j + 1] = min(above + 1, row[j] + 1, diagonal + (left == right ? 0 : 1))
        diagonal = above
      }
    }
    return row[b.count]
  }

  private func trimmed(_ text: String) -> String {
    let start = text.drop { $0 == " " || $0 == "\t" }
    let end = start.lastIndex { $0 != " " && $0 != "\t" }
    return end.map { String(start[...$0]) } ?? ""
  }
}

extension NetworkAddress {
  /// Reads `host:port,host:port`.
  static func list(_ text: String, key: String) throws(ConfigurationError) -> [NetworkAddress] {
    var found: [NetworkAddress] = []
    for part in text.split(separator: ",") {
      let item = part.drop { $0 == " " }
      guard let colon = item.lastIndex(of: ":"),
        let port = UInt16(item[item.index(after: colon)...].filter { $0 != " " }), port > 0
      else { throw Self.refused(text, key) }
      var host = item[..<colon]
      let scheme = "PLAINTEXT://"
      if host.uppercased().hasPrefix(scheme) { host = host.dropFirst(scheme.count) }
      guard !host.contains("/") else { throw Self.refused(text, key) }
      if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
      guard !host.isEmpty else { throw Self.refused(text, key) }
      found.append(NetworkAddress(host: String(host), port: port))
    }
    guard !found.isEmpty else { throw Self.refused(text, key) }
    return found
  }

  private static func refused(_ text: String, _ key: String) -> ConfigurationError {
    .invalidValue(key: key, value: text, allowed: "a list host:port,host:port")
  }
}
