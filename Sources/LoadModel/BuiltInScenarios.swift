/// The scenarios that Weir brings along: the files of `Benchmarks/Scenarios`, as text.
public enum BuiltInScenarios {
  /// In the order of the help.
  public static let names = [
    "quick", "acks", "batching", "compression", "sequential-write", "zero-copy-fetch",
    "partition-scaling", "groups", "failover", "check",
  ]

  /// The file's text; nil for a name that is not built in.
  public static func yaml(named name: String) -> String? {
    switch name {
    case "quick": quick
    case "acks": acks
    case "batching": batching
    case "compression": compression
    case "sequential-write": sequentialWrite
    case "zero-copy-fetch": zeroCopyFetch
    case "partition-scaling": partitionScaling
    case "groups": groups
    case "failover": failover
    case "check": check
    default: nil
    }
  }

  /// The scenario; nil for a name that is not built in.
  ///
  /// - Throws: Never for the files as they are; a test reads them all.
  public static func scenario(named name: String) throws(ScenarioError) -> Scenario? {
    guard let text = yaml(named: name) else { return nil }
    var scenario = try Scenario(yaml: Array(text.utf8), file: "\(name).yaml")
    scenario.file = nil
    return scenario
  }

  static let quick = """
    # Which batch size and codec to use: every combination, in as many rounds as their effects need,
    # within three minutes. Levels of acks are not among them: with one replica, 1 and all are the
    # same experiment.
    name: quick
    question: Which batch size and codec should I use here, and how sure is that?
    batch-size: [16KiB, 256KiB]
    compression: [none, lz4]
    record-size: 1KiB
    partitions: 3
    retention-bytes: 256MiB
    duration: 1s
    warmup: auto:max=2s
    interval: 100ms
    repetitions: 10

    """

  static let acks = """
    # What each level of acknowledgement costs, and what it loses when a broker is killed. Needs a
    # cluster of three brokers (--bootstrap), and --broker-control to kill them.
    name: acks
    suite: acks
    acks: [0, 1, all]
    partitions: 6
    record-size: 1KiB

    """

  static let batching = """
    # How large batches should be, and how long to wait for them.
    name: batching
    question: Which batch size and linger give the throughput, and at what latency?
    batch-size: [4KiB, 16KiB, 64KiB, 256KiB, 1MiB]
    linger-ms: [0, 5, 20]
    acks: 1
    record-size: 512
    partitions: 6
    duration: 1s
    warmup: 1s
    repetitions: 8

    """

  static let compression = """
    # What each codec costs, for generated records that it can compress to a quarter. They are
    # random bytes with exact copies of them: which codec makes real records smallest they do not
    # show.
    name: compression
    question: What does each codec cost, for random bytes and exact copies of them?
    compression: [none, gzip, snappy, lz4, zstd]
    compressibility: 4
    acks: 1
    batch-size: 256KiB
    record-size: 1KiB
    partitions: 6
    duration: 5s
    warmup: 1s
    repetitions: 6

    """

  static let sequentialWrite = """
    # The same batches, step by step from raw writes to a broker in a process of its own: what each
    # layer costs, and what writing in sequence buys. The first value of each list makes the base;
    # the others are tried one at a time beside it.
    suite: sequential-write
    name: sequential-write
    batch-size: [64KiB, 16KiB, 256KiB, 1MiB]
    record-size: [1KiB, 100]
    flush: [none, 10000-messages, 100ms, batch]
    retention-bytes: [256MiB, unlimited]
    segment-bytes: 32MiB
    duration: 600ms
    write-back: 4s
    repetitions: 9

    """

  static let zeroCopyFetch = """
    # What sendfile saves against copying each byte through the broker's memory.
    name: zero-copy-fetch
    suite: zero-copy-fetch
    sources: [tailing, cached, cold]
    fetch-size: [64KiB, 1MiB]
    consumers: [1, 4]
    fetch-paths: [sendfile, copy]
    volume: 512MiB
    repetitions: 8

    """

  static let partitionScaling = """
    # What more partitions cost and what more clients bring.
    name: partition-scaling
    suite: partition-scaling
    series: [equal-settings, equal-batches, latency, clients, starts]
    partitions: [1, 10, 100, 1000, 10000]
    producers: [1, 2, 4, 8, 16]
    batch-size: 64KiB
    equal-batch-size: 8KiB
    volume: 5376MiB
    duration: 2800ms
    repetitions: 4

    """

  static let groups = """
    # What members that join, leave and crash cost a consumer group under a steady load.
    name: groups
    suite: groups
    question: What does a member that joins, leaves or crashes cost its consumer group?
    assignor: [range, cooperative-sticky]
    consumers: 3
    partitions: 12
    record-size: 1KiB
    rate: 2000
    duration: 9s
    repetitions: 3

    """

  static let failover = """
    # What a broker's death, a pause, a moved leader and a bad link cost. Needs a cluster of three
    # brokers (--bootstrap) and --broker-control to kill them; our own broker has no failover.
    name: failover
    suite: failover
    acks: [1, all]
    partitions: 6
    record-size: 1KiB
    rate: 1000

    """
}
