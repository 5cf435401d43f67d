/// `weir dump`: what the files of a log directory hold.
enum DumpCommand {
  static let records = Option<Bool>.flag(
    "records", "shows every record of a segment, and what it means where the topic is Kafka's own")
  static let json = Option<Bool>.flag("json", "prints JSON, one object a line")

  static let command = Command(
    path: ["dump"],
    summary: "shows what files of a log directory hold, and whether they are whole",
    discussion: """
      Reads \(DumpFile.known); of Weir or of Kafka, by their names.

      Checksums and the order of offsets are checked, and indexes compared with the segment beside \
      them. In folders of __consumer_offsets and __cluster_metadata, --records shows commits, \
      groups and metadata in words.

      What is damaged or cut off is told with its position; the exit code is then 1. Files that a \
      running broker writes may end in the middle of a batch.
      """,
    positionals: [Positional(name: "FILE", doc: "a file of a log directory", isRepeated: true)],
    options: [records.declaration, json.declaration],
    examples: [
      "weir dump data/events-0/00000000000000000000.log --records",
      "weir dump data/events-0/*.index data/events-0/leader-epoch-checkpoint",
      "weir dump data/__consumer_offsets-7/00000000000000000000.log --records --json",
    ],
    run: { arguments in
      let printed = LineBuffer()
      let output = DumpOutput(
        isJSON: arguments[json], print: { printed.append($0) },
        complain: {
          // In the order in which it was found, where both end up on one terminal.
          printed.flush()
          Console.complain($0, terminator: "")
        })
      for path in arguments.positionals {
        output.path = path
        do {
          try dump(try DumpFile(path), showsRecords: arguments[records], output)
        } catch let failure as DumpFailure {
          output.problem("\(failure)")
        }
      }
      printed.flush()
      return output.problems == 0 ? .success : .failure
    })

  static func dump(_ file: DumpFile, showsRecords: Bool, _ output: DumpOutput) throws(DumpFailure) {
    let state = StateDump(file: file, output: output)
    func index(_ baseOffset: Int64) -> IndexDump {
      IndexDump(file: file, baseOffset: baseOffset, output: output)
    }
    switch file.kind {
    case .segment(let baseOffset):
      try SegmentDump(file, baseOffset: baseOffset, showsRecords: showsRecords, output: output)
        .run()
    case .offsetIndex(let baseOffset): try index(baseOffset).runOffsetIndex()
    case .timeIndex(let baseOffset): try index(baseOffset).runTimeIndex()
    case .transactionIndex: try index(0).runTransactionIndex()
    case .producerSnapshot: try state.runSnapshot()
    case .leaderEpochs: try state.runCheckpoint(["epoch", "startOffset"])
    case .offsetCheckpoint: try state.runCheckpoint(["topic", "partition", "offset"])
    case .partitionMetadata: try state.runPartitionMetadata()
    case .metaProperties: try state.runMetaProperties()
    }
  }
}

/// Gathers lines, so that not each is a write of its own. Once nobody reads them any more they
/// are dropped.
private final class LineBuffer {
  private var bytes: [UInt8] = []
  private var hasReader = true

  func append(_ line: String) {
    guard hasReader else { return }
    bytes += line.utf8
    if bytes.count >= 65_536 { flush() }
  }

  func flush() {
    if let failure = Console.write(bytes) {
      guard failure.isReaderGone else { Console.fail(failure) }
      hasReader = false
    }
    bytes.removeAll(keepingCapacity: true)
  }
}
