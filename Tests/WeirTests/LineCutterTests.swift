import Testing

@testable import weir

@Suite struct LineCutterTests {
  private func cut(_ text: [UInt8], blocks size: Int, limit: Int) -> (
    lines: [(Int, [UInt8])], overlong: [LineChunk.Overlong]
  ) {
    var cutter = LineCutter(limit: limit)
    var lines: [(Int, [UInt8])] = []
    var overlong: [LineChunk.Overlong] = []
    func add(_ chunk: LineChunk) {
      for line in chunk.lines { lines.append((line.number, Array(chunk.bytes[line.range]))) }
      overlong += chunk.overlong
    }
    var start = 0
    while start < text.count {
      let end = min(start + size, text.count)
      add(cutter.take(Array(text[start..<end])))
      start = end
    }
    add(cutter.finish())
    return (lines, overlong)
  }

  @Test("lines are the same however the input is cut into blocks", arguments: 1...12)
  func blocks(size: Int) {
    let text = Array("one\n\nthree\nfour is long\nfive".utf8)
    let (lines, overlong) = cut(text, blocks: size, limit: 100)
    #expect(lines.map(\.0) == [1, 2, 3, 4, 5])
    let texts = lines.map { String(decoding: $0.1, as: UTF8.self) }
    #expect(texts == ["one", "", "three", "four is long", "five"])
    #expect(overlong.isEmpty)
  }

  @Test("a line over the limit is numbered and sized, not kept; the others come", arguments: 1...12)
  func overlong(size: Int) {
    let text = Array("12345\n123456\n\n1234567890\nab\n123456".utf8)
    let (lines, overlong) = cut(text, blocks: size, limit: 5)
    #expect(lines.map(\.0) == [1, 3, 5])
    #expect(
      overlong == [
        .init(number: 2, size: 6), .init(number: 4, size: 10), .init(number: 6, size: 6),
      ])
  }

  @Test("a trailing newline makes no line; input without one makes its last")
  func ends() {
    #expect(cut(Array("a\n".utf8), blocks: 9, limit: 9).lines.map(\.0) == [1])
    #expect(cut(Array("a".utf8), blocks: 9, limit: 9).lines.map(\.0) == [1])
    #expect(cut([], blocks: 9, limit: 9).lines.isEmpty)
  }

  @Test("records are matched with their lines, whatever the order in which batches end")
  func numbers() {
    var numbers = LineNumbers()
    for line in [1, 2, 5, 6, 9] { numbers.append(line) }
    #expect(numbers.settle(first: 2, count: 2) == [5, 6])
    #expect(numbers.settle(first: 0, count: 2) == [1, 2])
    numbers.append(12)
    #expect(numbers.settle(first: 4, count: 2) == [9, 12])
    for line in 0..<10_000 { numbers.append(line) }
    for first in stride(from: 0, to: 10_000, by: 10) {
      let lines = numbers.settle(first: Int64(6 + first), count: 10)
      #expect(lines == Array(first..<first + 10))
    }
  }
}
