import Foundation

/// The programs that the tests compare with, where they are found, and why one is not.
enum Tools {
  /// The folder of Package.swift.
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let scripts = root.appending(path: "Tests/InteropTests/Scripts")

  static let environment = ProcessInfo.processInfo.environment

  /// The program under test: `WEIR_BINARY`, or what this test run built.
  static let weir: String = {
    if let given = environment["WEIR_BINARY"] { return given }
    let own = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    let beside = own.deletingLastPathComponent().appending(path: "weir").path
    if FileManager.default.isExecutableFile(atPath: beside) { return beside }
    return root.appending(path: ".build/debug/weir").path
  }()

  /// A broker that is not ours, for trying the tests themselves: `WEIR_INTEROP_BOOTSTRAP`.
  static let otherBroker = environment["WEIR_INTEROP_BOOTSTRAP"]

  static func isOnPath(_ name: String) -> Bool {
    (environment["PATH"] ?? "").split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
    }
  }

  static let hasKcat = isOnPath("kcat")

  /// A browser without a screen, to open reports in.
  static let chromium = ["chromium", "chromium-browser", "google-chrome"].first(where: isOnPath)

  /// The Python that has the clients: the one `scripts/setup --tests` made, if that went well, or
  /// the machine's.
  static let python: String = {
    let own = root.appending(path: ".build/python/bin/python3").path
    guard FileManager.default.isExecutableFile(atPath: own) else { return "python3" }
    let modules = ["confluent_kafka", "kafka", "aiokafka"]
    return modules.contains { has($0, own) } ? own : "python3"
  }()

  static func pythonHas(_ module: String) -> Bool { has(module, python) }

  private static func has(_ module: String, _ python: String) -> Bool {
    let child = try? ChildProcess([python, "-c", "import \(module)"])
    return (try? child?.finish())?.code == 0
  }

  static let hasConfluent = pythonHas("confluent_kafka")
  static let hasKafkaPython = pythonHas("kafka")
  static let hasAiokafka = pythonHas("aiokafka")

  /// The folder with the jars of a real Kafka 4: `WEIR_KAFKA`, or a neighbour of the package.
  static let kafkaLibraries: URL? = {
    var folders = [root.appending(path: "../shared/peers/kafka").standardized]
    if let given = environment["WEIR_KAFKA"] { folders = [URL(filePath: given)] }
    return folders.map { $0.appending(path: "libs") }
      .first { FileManager.default.fileExists(atPath: $0.path) }
  }()

  static let hasKafka = kafkaLibraries != nil && isOnPath("java")

  static let withoutKafka: String =
    kafkaLibraries == nil
    ? "no Kafka: set WEIR_KAFKA to a folder with the libs/ of a Kafka 4" : "no java on the PATH"

  private static let kafkaClasses = [
    "topics": "org.apache.kafka.tools.TopicCommand",
    "configs": "kafka.admin.ConfigCommand",
    "get-offsets": "org.apache.kafka.tools.GetOffsetShell",
    "delete-records": "org.apache.kafka.tools.DeleteRecordsCommand",
    "console-producer": "org.apache.kafka.tools.ConsoleProducer",
    "console-consumer": "org.apache.kafka.tools.consumer.ConsoleConsumer",
    "producer-perf-test": "org.apache.kafka.tools.ProducerPerformance",
    "broker-api-versions": "org.apache.kafka.tools.BrokerApiVersionsCommand",
    "acls": "org.apache.kafka.tools.AclCommand",
    "leader-election": "org.apache.kafka.tools.LeaderElectionCommand",
    "reassign-partitions": "org.apache.kafka.tools.reassign.ReassignPartitionsCommand",
    "transactions": "org.apache.kafka.tools.TransactionsCommand",
    "log-dirs": "org.apache.kafka.tools.LogDirsCommand",
    "cluster": "org.apache.kafka.tools.ClusterTool",
    "consumer-groups": "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
    "dump-log": "org.apache.kafka.tools.DumpLogSegments",
    "verifiable-producer": "org.apache.kafka.tools.VerifiableProducer",
    "verifiable-consumer": "org.apache.kafka.tools.VerifiableConsumer",
    "consumer-perf-test": "org.apache.kafka.tools.ConsumerPerformance",
    "streams-wordcount": "org.apache.kafka.streams.examples.wordcount.WordCountDemo",
  ]

  /// The command line of one of Kafka's own tools, named as in its `bin/`.
  static func kafka(_ tool: String, _ arguments: [String]) throws -> [String] {
    guard let libraries = kafkaLibraries, let name = kafkaClasses[tool] else {
      throw InteropFailure(withoutKafka)
    }
    let logging = scripts.appending(path: "log4j2.properties").path
    return [
      "java", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
      "-Djava.awt.headless=true", "-Dlog4j2.configurationFile=\(logging)",
      "-cp", "\(libraries.path)/*", name,
    ] + arguments
  }
}
