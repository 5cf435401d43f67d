import CommitLog
import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

/// What clients of each listener are given, and which listeners are refused: as Kafka 4.3.1
/// answered to the same configurations and requests, where nothing else is said.
@Suite("listeners")
struct ListenerTests {
  static let two = [
    "listeners": "inside://127.0.0.1:0,Outside://:0",
    "advertised.listeners": "INSIDE://127.0.0.1:0,outside://example.org:9999",
    "listener.security.protocol.map": "Inside:plaintext,outside:PLAINTEXT",
  ]

  /// Host and port of every node that the answers to a client of one listener name.
  private func addresses(_ broker: TestBroker, listener: Int, loop: Int = 0) throws -> Set<String> {
    var found: Set<String> = []
    for (number, version) in [Int16(0), 5, 9, 12].enumerated() {
      // A topic that is not there yet: the controller, on another loop, gives the answer.
      let topic = MetadataRequest.MetadataRequestTopic(name: "made\(number)-\(listener)-\(loop)")
      let metadata = try broker.send(
        MetadataRequest(topics: [topic], allowAutoTopicCreation: true), version: version,
        loop: loop, listener: listener)
      found.formUnion(metadata.brokers.map { "\($0.host):\($0.port)" })
      #expect(metadata.topics.allSatisfy { $0.errorCode == .none })
    }
    var finding = FindCoordinatorRequest(keyType: 0)
    finding.key = "group"
    let coordinator = try broker.send(finding, version: 2, loop: loop, listener: listener)
    found.insert("\(coordinator.host):\(coordinator.port)")
    finding.coordinatorKeys = ["group", "other"]
    let several = try broker.send(finding, version: 4, loop: loop, listener: listener)
    found.formUnion(several.coordinators.map { "\($0.host):\($0.port)" })
    let cluster = try broker.send(
      DescribeClusterRequest(), version: 0, loop: loop, listener: listener)
    found.formUnion(cluster.brokers.map { "\($0.host):\($0.port)" })
    #expect(cluster.controllerId == 1)
    return found
  }

  @Test("a client is given the endpoint of the listener that it asked")
  func endpoints() throws {
    let broker = try TestBroker(Self.two, loops: 2)
    for loop in 0..<2 {
      #expect(try addresses(broker, listener: 0, loop: loop) == ["127.0.0.1:19092"])
      #expect(try addresses(broker, listener: 1, loop: loop) == ["example.org:9999"])
    }
  }

  @Test("an address without a host is this machine's name, a port 0 the one that was taken")
  func hostName() throws {
    let broker = try TestBroker(["listeners": "PLAINTEXT://:0"])
    #expect(try addresses(broker, listener: 0) == ["own.name:19092"])
    let advertised = try TestBroker([
      "listeners": "PLAINTEXT://0.0.0.0:0", "advertised.listeners": "PLAINTEXT://:19999",
    ])
    #expect(try addresses(advertised, listener: 0) == ["own.name:19999"])
  }

  @Test("a listener that is not advertised has no brokers and no leaders")
  func notAdvertised() throws {
    var properties = Self.two
    properties["advertised.listeners"] = "INSIDE://127.0.0.1:0"
    let broker = try TestBroker(properties)
    try broker.createTopic("t")
    let topics = [MetadataRequest.MetadataRequestTopic(name: "t")]
    for (version, code) in [(Int16(5), ErrorCode.leaderNotAvailable), (6, .listenerNotFound)] {
      let answer = try broker.send(
        MetadataRequest(topics: topics), version: version, listener: 1)
      #expect(answer.brokers.isEmpty)
      let partition = try #require(answer.topics.first?.partitions.first)
      #expect(partition.errorCode == code)
      #expect(partition.leaderId == -1)
      #expect(partition.offlineReplicas == [1])
    }
    let described = try broker.send(
      DescribeTopicPartitionsRequest(topics: [.init(name: "t")], responsePartitionLimit: 10),
      version: 0, listener: 1)
    let partition = try #require(described.topics.first?.partitions.first)
    #expect(partition.errorCode == .none)
    #expect(partition.leaderId == -1)
    #expect(partition.offlineReplicas == [1])
    let coordinator = try broker.send(
      FindCoordinatorRequest(key: "g", keyType: 0), version: 2, listener: 1)
    #expect(coordinator.errorCode == .coordinatorNotAvailable)
    #expect(coordinator.port == -1)
    let cluster = try broker.send(DescribeClusterRequest(), version: 0, listener: 1)
    #expect(cluster.brokers.isEmpty)
    #expect(cluster.controllerId == -1)
    // The other listener's clients are served.
    #expect(try broker.send(DescribeClusterRequest(), version: 0).controllerId == 1)
  }

  @Test("names of listeners and protocols are read in any case; controllers are left out")
  func names() throws {
    let config = try BrokerConfig(properties: [
      "listeners": "internal://127.0.0.1:1,External://127.0.0.1:2,controller://127.0.0.1:3",
      "listener.security.protocol.map":
        "Internal:plaintext, EXTERNAL:PLAINTEXT, Controller:Plaintext",
      "inter.broker.listener.name": "internal", "controller.listener.names": "Controller",
    ])
    #expect(
      config.listeners.map(\.description) == [
        "INTERNAL://127.0.0.1:1", "EXTERNAL://127.0.0.1:2",
      ])
  }

  @Test("a directory that is named twice is one; a broker alone is a controller too")
  func accepted() throws {
    #expect(try BrokerConfig(properties: ["log.dirs": "/a, /b,/a"]).logDirs == ["/a", "/b"])
    #expect(try BrokerConfig(properties: ["log.dirs": "/a//b/,/a/b,c/"]).logDirs == ["/a/b", "c"])
    let metadata = ["log.dirs": "/a,/b", "metadata.log.dir": "/b/"]
    #expect(try BrokerConfig(properties: metadata).metadataLogDir == "/b")
    let config = try BrokerConfig(properties: ["process.roles": "broker"])
    #expect(config.unenforcedKeys == ["process.roles"])
  }

  /// Kafka starts with `[::]` and gives clients `::`; all others it refuses as well.
  @Test(
    "what cannot be served is refused, and the reason is given",
    arguments: [
      ("listeners=PLAINTEXT://0.0.0.0:9092", "meta-address 0.0.0.0"),
      ("listeners=PLAINTEXT://[::]:9092", "meta-address ::"),
      ("advertised.listeners=PLAINTEXT://0.0.0.0:9092", "meta-address 0.0.0.0"),
      ("advertised.listeners=PLAINTEXT://[::]:9092", "meta-address ::"),
      ("advertised.listeners=", "is empty"),
      ("advertised.listeners=PLAINTEXT://a:1,B://a:2", "listeners has no B"),
      ("listeners=", "is empty"), ("listeners=,PLAINTEXT://:9092", "none of them empty"),
      ("listeners=PLAINTEXT://127.0.0.1", "name://host:port"),
      ("listeners=PLAINTEXT://:1,B://:2", "listener.security.protocol.map has no B"),
      ("listeners=PLAINTEXT://:1,plaintext://:2", "PLAINTEXT is there twice"),
      ("listeners=PLAINTEXT://127.0.0.1:1,SSL://127.0.0.2:1", "have port 1"),
      ("listeners=PLAINTEXT://127.0.0.1:99999", "name://host:port"),
      ("listeners=CONTROLLER://127.0.0.1:1", "controller.listener.names"),
      ("listeners=SSL://127.0.0.1:1", "its security protocol is SSL"),
      ("listener.security.protocol.map=PLAINTEXT:PLAINTEX", "SASL_SSL"),
      ("listener.security.protocol.map=PLAINTEXT", "name:protocol"),
      ("listener.security.protocol.map=A:SSL,a:SSL", "A is there twice"),
      ("listener.security.protocol.map=", "listener.security.protocol.map has no PLAINTEXT"),
      ("inter.broker.listener.name=X", "PLAINTEXT"), ("controller.listener.names=", "is empty"),
      ("log.dirs=", "log.dirs is empty"), ("log.dirs= ", "log.dirs is empty"),
      ("log.dirs=/a,,/b", "none of them empty"), ("log.dir=", "log.dir is empty"),
      ("process.roles=", "process.roles is empty"), ("process.roles=controller", "controller"),
      ("process.roles=Broker", "broker, controller"),
    ])
  func refused(line: String, reason: String) throws {
    let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let error = #expect(throws: ConfigError.self) {
      try BrokerConfig(properties: [String(parts[0]): String(parts[1])])
    }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.contains(reason), "\(text)")
    #expect(text.contains("allowed: "), "\(text)")
  }

  @Test("an IPv4 and an IPv6 address may share a port")
  func sharedPort() throws {
    let config = try BrokerConfig(properties: [
      "listeners": "PLAINTEXT://127.0.0.1:1,B://[::1]:1",
      "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,B:PLAINTEXT",
    ])
    #expect(config.listeners.map(\.host) == ["127.0.0.1", "::1"])
  }
}
