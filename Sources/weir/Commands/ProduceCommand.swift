import Foundation
import Glibc
import KafkaClient

/// `weir produce`: a record for each line of standard input.
enum ProduceCommand {
  static let keySeparator = Option<String?>.optional(
    "key-separator", "TEXT", "what stands before it in a line is the record's key; none by default",
    parse: Values.filledText)
  static let partition = Option<Int32?>.optional(
    "partition", "N", "writes to this partition; by default the key chooses it",
    parse: Values.integer(0...Int32.max))
  static let header = Option<[Property]>.repeated(
    "header", "KEY=VALUE", "a header that each record gets", parse: Values.property)
  static let compression = Option<String>(
    "compression", "CODEC", "none, gzip, snappy, lz4 or zstd", default: "none",
    parse: Values.choice(["none", "gzip", "snappy", "lz4", "zstd"]))
  static let acks = Option<String>(
    "acks", "0|1|all", "how many replicas must have a record before it counts as written",
    default: "all", parse: Values.choice(["0", "1", "all"]))

  static let command = Command(
    path: ["produce"],
    summary: "writes lines from standard input to a topic",
    discussion: """
      Each line becomes one record. An empty line is a record with an empty value. Lines are sent
      as they come, so that what is typed in one terminal is read in another at once.
      """,
    positionals: [Positional(name: "TOPIC", doc: "the topic to write to")],
    options: [
      ClientOptions.bootstrap.declaration, keySeparator.declaration, partition.declaration,
      header.declaration, compression.declaration, acks.declaration,
      ClientOptions.property.declaration, ClientOptions.timeout.declaration,
    ],
    examples: [
      "weir produce my-topic",
      "printf 'k1:one\\nk2:two\\n' | weir produce my-topic --key-separator : --compression zstd",
    ],
    run: { arguments in try await run(arguments) })

  private static func run(_ arguments: Arguments) async throws -> ExitCode {
    let properties = ClientOptions.properties(
      arguments,
      over: [
        "compression.type": arguments[compression], "acks": arguments[acks],
        "max.block.ms": "\(arguments[ClientOptions.timeout])",
      ])
    let config: ProducerConfig
    do {
      config = try ProducerConfig(
        properties: properties, bootstrapServers: ClientOptions.addresses(arguments))
    } catch {
      throw UsageError(message: "--property: \(error)", command: "produce")
    }
    let lines = RecordLines(
      separator: arguments[keySeparator].map { Array($0.utf8) } ?? [],
      partition: arguments[partition],
      headers: arguments[header].map { ($0.key, Array($0.value.utf8)) })
    let topic = arguments.positionals[0]
    let client = try ClientLoop()
    defer { client.stop() }
    let session = try await client.call { loop, finish in
      ProduceSession.open(on: loop, config: config, topic: topic, lines: lines, finish)
    }
    var input = LineInput()
    while let chunk = input.next() {
      try await client.call { _, finish in session.value.append(chunk, finish) }
    }
    let written = try await client.call { _, finish in session.value.close(finish) }
    if written.failed > 0 {
      let total = written.failed + written.acknowledged
      throw CommandFailure(
        "\(written.failed) of \(total) records were not written: \(written.firstError ?? "")")
    }
    return .success
  }
}

/// How a line becomes a record.
struct RecordLines: Sendable {
  /// Empty: lines have no key.
  var separator: [UInt8]
  var partition: Int32?
  var headers: [(key: String, value: [UInt8])]

  /// Where the key ends and where the value starts; nil where the line has no separator.
  func split(_ bytes: [UInt8], _ line: Range<Int>) -> (keyEnd: Int, valueStart: Int)? {
    guard !separator.isEmpty, line.count >= separator.count else { return nil }
    for start in line.lowerBound...(line.upperBound - separator.count)
    where bytes[start..<start + separator.count].elementsEqual(separator) {
      return (start, start + separator.count)
    }
    return nil
  }
}

/// Whole lines of the input, in one run of bytes.
struct LineChunk: Sendable {
  var bytes: [UInt8] = []
  /// Without the newline.
  var lines: [Range<Int>] = []
}

/// Reads standard input in blocks and cuts it at newlines.
struct LineInput {
  private var rest: [UInt8] = []
  private var isOver = false

  /// The lines that have come; waits for at least one. Nil at the end.
  mutating func next() -> LineChunk? {
    while !isOver {
      let data = FileHandle.standardInput.availableData
      isOver = data.isEmpty
      rest += data
      if isOver, !rest.isEmpty, rest.last != UInt8(ascii: "\n") { rest.append(UInt8(ascii: "\n")) }
      let chunk = takeLines()
      if !chunk.lines.isEmpty { return chunk }
    }
    return nil
  }

  private mutating func takeLines() -> LineChunk {
    guard let last = rest.lastIndex(of: UInt8(ascii: "\n")) else { return LineChunk() }
    var chunk = LineChunk(bytes: Array(rest[...last]))
    var start = 0
    for index in chunk.bytes.indices where chunk.bytes[index] == UInt8(ascii: "\n") {
      chunk.lines.append(start..<index)
      start = index + 1
    }
    rest.removeFirst(last + 1)
    return chunk
  }
}
