/// Lines of Swift with their indentation.
struct SourceText {
  private(set) var text = ""
  private var depth = 0

  mutating func line(_ content: String = "") {
    if !content.isEmpty { text += String(repeating: "  ", count: depth) + content }
    text += "\n"
  }

  /// `head {`, the lines of `body` one step deeper, `}`.
  mutating func block(_ head: String, _ body: (inout SourceText) -> Void) {
    line(head + " {")
    depth += 1
    body(&self)
    depth -= 1
    line("}")
  }

  /// `statement`, alone or within `if condition { … }`.
  mutating func guarded(_ condition: String?, _ statement: String) {
    guard let condition else { return line(statement) }
    let single = "if \(condition) { \(statement) }"
    if single.count + depth * 2 <= 100 { return line(single) }
    block("if \(condition)") { $0.line(statement) }
  }
}
