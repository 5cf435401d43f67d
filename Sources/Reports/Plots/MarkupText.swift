/// Text in XML and HTML: nothing that somebody named can become an element, an attribute or bytes
/// that a parser refuses.
enum MarkupText {
  static func escaped(_ text: String) -> String {
    var safe = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": safe += "&amp;"
      case "<": safe += "&lt;"
      case ">": safe += "&gt;"
      case "\"": safe += "&quot;"
      case "'": safe += "&#39;"
      default: safe.unicodeScalars.append(isAllowed(scalar) ? scalar : "\u{fffd}")
      }
    }
    return safe
  }

  /// - Source: XML 1.0, Char; without the controls that HTML does not allow either.
  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0a, 0x0d: true
    case 0..<0x20, 0x7f...0x9f: false
    default: scalar.value & 0xfffe != 0xfffe
    }
  }
}

/// Writes the elements of an SVG. Coordinates have one decimal; what is no number is never written.
struct SvgWriter {
  private(set) var text = ""

  /// - Parameter attributes: Names and values; values are escaped.
  mutating func element(
    _ name: String, _ attributes: [(String, String)], title: String? = nil,
    text content: String = ""
  ) {
    text += "<\(name)"
    for (key, value) in attributes { text += " \(key)=\"\(MarkupText.escaped(value))\"" }
    guard title != nil || !content.isEmpty else {
      text += "/>\n"
      return
    }
    let note = title.map { "<title>\(MarkupText.escaped($0))</title>" } ?? ""
    text += ">\(note)\(MarkupText.escaped(content))</\(name)>\n"
  }

  mutating func open(_ name: String, _ attributes: [(String, String)]) {
    text += "<\(name)"
    for (key, value) in attributes { text += " \(key)=\"\(MarkupText.escaped(value))\"" }
    text += ">\n"
  }

  mutating func close(_ name: String) { text += "</\(name)>\n" }

  mutating func raw(_ markup: String) { text += markup }

  mutating func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, class style: String
  ) {
    element(
      "line",
      [
        ("x1", Self.number(x1)), ("y1", Self.number(y1)), ("x2", Self.number(x2)),
        ("y2", Self.number(y2)), ("class", style),
      ])
  }

  mutating func rectangle(
    x: Double, y: Double, width: Double, height: Double, class style: String, title: String? = nil
  ) {
    element(
      "rect",
      [
        ("x", Self.number(x)), ("y", Self.number(y)), ("width", Self.number(max(0, width))),
        ("height", Self.number(max(0, height))), ("class", style),
      ], title: title)
  }

  mutating func label(
    _ content: String, x: Double, y: Double, class style: String = "", anchor: String = "start",
    title: String? = nil
  ) {
    var attributes = [("x", Self.number(x)), ("y", Self.number(y))]
    if !style.isEmpty { attributes.append(("class", style)) }
    if anchor != "start" { attributes.append(("text-anchor", anchor)) }
    element("text", attributes, title: title, text: content)
  }

  static func number(_ value: Double) -> String {
    let text = Numbers.fixed(value.isFinite ? min(max(value, -1e6), 1e6) : 0, 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
