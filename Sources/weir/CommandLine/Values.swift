/// Parsers of option values; each refusal says what is allowed.
enum Values {
  static let text: ValueParser<String> = { text throws(ValueError) in text }

  static let filledText: ValueParser<String> = { text throws(ValueError) in
    if text.isEmpty { throw ValueError(allowed: "at least one character") }
    return text
  }

  static func integer<Number: FixedWidthInteger & Sendable>(
    _ range: ClosedRange<Number>
  ) -> ValueParser<Number> {
    { text throws(ValueError) in
      guard let number = Number(text), range.contains(number) else {
        let top = range.upperBound == .max ? "" : " to \(range.upperBound)"
        throw ValueError(
          allowed: top.isEmpty
            ? "a whole number, at least \(range.lowerBound)"
            : "a whole number from \(range.lowerBound)\(top)")
      }
      return number
    }
  }

  /// One of a few words.
  static func choice(_ allowed: [String]) -> ValueParser<String> {
    { text throws(ValueError) in
      guard allowed.contains(text) else {
        throw ValueError(allowed: "one of \(allowed.joined(separator: ", "))")
      }
      return text
    }
  }

  /// `key=value`; the value may hold further `=` and may be empty.
  static let property: ValueParser<Property> = { text throws(ValueError) in
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else { throw ValueError(allowed: "key=value") }
    return Property(key: String(parts[0]), value: String(parts[1]))
  }

  /// `host:port` of one or several brokers, separated by commas; IPv6 as `[::1]:9092`.
  static let addresses: ValueParser<[BrokerAddress]> = { text throws(ValueError) in
    var addresses: [BrokerAddress] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      addresses.append(try address(String(part)))
    }
    return addresses
  }

  /// A number with `ms`, `s`, `m` or `h`, in milliseconds; a bare number is seconds.
  static let milliseconds: ValueParser<Int64> = { text throws(ValueError) in
    let digits = text.prefix { $0.isNumber || $0 == "." }
    let factors: [String: Double] = ["": 1000, "ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000]
    guard let number = Double(digits), let factor = factors[String(text.dropFirst(digits.count))],
      number * factor <= 1e15
    else {
      throw ValueError(allowed: "a duration such as 500ms, 30s, 5m or 1h")
    }
    return Int64(number * factor)
  }

  private static func address(_ text: String) throws(ValueError) -> BrokerAddress {
    guard let colon = text.lastIndex(of: ":"), colon != text.startIndex,
      let port = UInt16(text[text.index(after: colon)...]), port > 0
    else { throw ValueError(allowed: "HOST:PORT[,HOST:PORT…]") }
    var host = String(text[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    return BrokerAddress(host: host, port: port)
  }
}

/// `key=value`, as written.
struct Property: Sendable, Equatable {
  var key: String
  var value: String
}

/// Where a broker listens.
struct BrokerAddress: Sendable, Equatable {
  var host: String
  var port: UInt16
}
