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

      A line may have as many bytes as max.request.size allows, 1 MiB unless --property sets it, and
      a record as many as the topic's max.message.bytes. What is longer is not written: standard
      error names the line, the others are written, and the exit code is 1.
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
    var config: ProducerConfig
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
    let limit = try await maxMessageBytes(of: topic, arguments, on: client)
    // A batch over the topic's limit would be refused with all its records, long ones and short.
    if let limit { config.batchSize = min(config.batchSize, limit) }
    let settled = config
    let session = try await client.call { loop, finish in
      ProduceSession.open(
        on: loop, config: settled, topic: topic, lines: lines, maxMessageBytes: limit, finish)
    }
    var input = LineInput(limit: config.maxRequestSize)
    while let chunk = input.next() {
      try await client.call { _, finish in session.value.append(chunk, finish) }
    }
    let written = try await client.call { _, finish in session.value.close(finish) }
    if written.refused > 0 {
      throw CommandFailure(
        "\(written.acknowledged) lines were written, \(written.refused) were not: "
          + (written.firstError ?? "they are too long"))
    }
    return .success
  }

  /// nil where the topic is not there yet, or the cluster does not say.
  ///
  /// - Throws: `ClientError` where no broker answers: what follows would only wait once more.
  private static func maxMessageBytes(
    of topic: String, _ arguments: Arguments, on client: ClientLoop
  ) async throws -> Int? {
    let config = ClientOptions.adminConfig(arguments)
    let found: [AdminOutcome<[ConfigEntry]>]
    do {
      found = try await client.call { loop, finish in
        let admin = Admin(transport: loop, config: config)
        admin.describeConfigs([.topic(topic)]) { result in
          admin.close()
          finish(result.mapError { $0 })
        }
      }
    } catch ClientError.unsupportedByBroker {
      return nil
    }
    let entries = try? found.first?.result.get()
    return entries?.first { $0.name == "max.message.bytes" }?.value.flatMap { Int($0) }
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
