/// Writes RFC 4180: fields in quotes where they need them, lines ended by CR LF.
struct CsvWriter {
  private(set) var text = ""

  /// - Parameter fields: Nil is an empty field: not applicable, or not known.
  mutating func row(_ fields: [String?]) {
    text += fields.map { Self.field($0 ?? "") }.joined(separator: ",") + "\r\n"
  }

  private static func field(_ value: String) -> String {
    let needsQuotes = value.unicodeScalars.contains { ",\"\r\n".unicodeScalars.contains($0) }
    guard needsQuotes else { return value }
    var quoted = "\""
    for scalar in value.unicodeScalars {
      if scalar == "\"" { quoted.append("\"") }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }
}
