import Foundation

/// Whole lines of the input, in one run of bytes.
struct LineChunk: Sendable {
  struct Line: Sendable {
    /// Without the newline.
    var range: Range<Int>
    /// From 1.
    var number: Int
  }

  /// A line that is over the limit: its bytes are not there.
  struct Overlong: Sendable, Equatable {
    var number: Int
    var size: Int
  }

  var bytes: [UInt8] = []
  var lines: [Line] = []
  var overlong: [Overlong] = []
}

/// Cuts input at newlines.
///
/// Each byte is looked at once and copied at most twice, however long a line is; of a line over
/// the limit no more than the limit is ever kept.
struct LineCutter {
  /// The most bytes that a line may have, its newline not counted.
  let limit: Int
  /// The begin of the line whose newline has not come.
  private var begun: [UInt8] = []
  /// All bytes of that line; more than `begun` has where it is over the limit.
  private var begunSize = 0
  private var endedLines = 0

  init(limit: Int) { self.limit = limit }

  /// The lines that end in `block`.
  mutating func take(_ block: [UInt8]) -> LineChunk {
    var chunk = LineChunk()
    var start = 0
    while start < block.count,
      let end = block[start...].firstIndex(of: UInt8(ascii: "\n"))
    {
      extend(block[start..<end])
      endLine(&chunk)
      start = end + 1
    }
    extend(block[start...])
    return chunk
  }

  /// A last line that has no newline.
  mutating func finish() -> LineChunk {
    var chunk = LineChunk()
    if begunSize > 0 { endLine(&chunk) }
    return chunk
  }

  private mutating func extend(_ piece: ArraySlice<UInt8>) {
    begunSize += piece.count
    if begunSize <= limit { begun += piece } else { begun = [] }
  }

  private mutating func endLine(_ chunk: inout LineChunk) {
    endedLines += 1
    if begunSize > limit {
      chunk.overlong.append(.init(number: endedLines, size: begunSize))
    } else {
      let start = chunk.bytes.count
      chunk.bytes += begun
      chunk.lines.append(.init(range: start..<chunk.bytes.count, number: endedLines))
    }
    begun.removeAll(keepingCapacity: begun.capacity <= 1 << 16)
    begunSize = 0
  }
}

/// Reads standard input in blocks, as they come.
struct LineInput {
  private var cutter: LineCutter
  private var isOver = false

  init(limit: Int) { cutter = LineCutter(limit: limit) }

  /// The lines that have come; waits for at least one. Nil at the end.
  mutating func next() -> LineChunk? {
    while !isOver {
      let data = FileHandle.standardInput.availableData
      isOver = data.isEmpty
      let chunk = isOver ? cutter.finish() : cutter.take([UInt8](data))
      if !chunk.lines.isEmpty || !chunk.overlong.isEmpty { return chunk }
    }
    return nil
  }
}
