/// How plots look: series differ by colour (also to colour-blind eyes), dash and marker.
enum PlotStyle {
  /// More series than this in one plot nobody can tell apart.
  static let seriesCount = 6

  /// The widest plot on a phone of 360 px, in units that are then about one pixel.
  static let width = 344.0
  /// Height of the text, which is 11.5 px or more on that phone.
  static let textSize = 12.0

  /// For inline plots and, with a page of their own colour, for files.
  static let css = """
    .plot{--ink:#16191d;--soft:#4d545d;--rule:#dde0e5;--axis:#8b929b;--page:#fff;\
    --c0:#0069a8;--c1:#c94f00;--c2:#007d57;--c3:#a8478a;--c4:#866200;--c5:#59616b}
    @media (prefers-color-scheme:dark){.plot{--ink:#e8eaed;--soft:#aab1ba;--rule:#33383f;\
    --axis:#7c848e;--page:#16181c;--c0:#5bb6ee;--c1:#ff8f45;--c2:#35cb9d;--c3:#e795c8;\
    --c4:#e3b53a;--c5:#b4bcc6}}
    .plot text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:var(--ink)}
    .plot .head{font-weight:600;font-size:13px}
    .plot .soft{fill:var(--soft)}
    .plot .name{paint-order:stroke;stroke:var(--page);stroke-width:3px}
    .plot .page{fill:var(--page)}
    .plot .grid{stroke:var(--rule)}
    .plot .axis{stroke:var(--axis)}
    .plot .span{fill:var(--axis);opacity:.16}
    .plot .limit{stroke:var(--soft);stroke-dasharray:2 2;fill:none}
    .plot .whisker{stroke:var(--ink);stroke-width:1.4;fill:none}
    .plot .dot{fill:var(--page);stroke:var(--ink);stroke-width:1}
    .plot .lost{fill:none;stroke:var(--axis);stroke-dasharray:3 2}
    .plot .l{fill:none;stroke-width:1.8;stroke-linejoin:round}
    .plot .m{stroke:var(--page);stroke-width:.8}
    .plot .e{fill:none;stroke-width:1.2}
    .plot .b{stroke:none;opacity:.17}

    """ + series

  private static let dashes = ["none", "7 3", "2 3", "9 3 2 3", "5 2", "1 3 5 3"]

  private static let series = (0..<seriesCount).map { index in
    """
    .plot .l\(index){stroke:var(--c\(index));stroke-dasharray:\(dashes[index])}\
    .plot .e\(index){stroke:var(--c\(index))}.plot .f\(index){fill:var(--c\(index))}

    """
  }.joined()

  /// About how wide a text is, in the plot's units.
  static func textWidth(_ text: String) -> Double {
    text.unicodeScalars.reduce(0) { width, scalar in
      switch scalar {
      case "i", "l", "j", ".", ",", ":", ";", "'", "|", "!", "(", ")", " ", "t", "f", "r", "I":
        width + 4
      case "m", "w", "M", "W", "%", "@": width + 10.5
      default: width + (scalar.value < 0x2e80 ? 7 : 12)
      }
    }
  }

  /// `text` cut to `width` with an ellipsis.
  static func fitted(_ text: String, to width: Double) -> String {
    guard textWidth(text) > width else { return text }
    var kept = ""
    for character in text {
      if textWidth(kept) + textWidth(String(character)) + 12 > width { break }
      kept.append(character)
    }
    return kept + "…"
  }

  /// `text` in lines of at most `width`, broken between words; a longer word is cut.
  static func lines(_ text: String, width: Double) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, textWidth(last + " " + word) <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(fitted(String(word), to: width))
      }
    }
    return lines
  }
}
