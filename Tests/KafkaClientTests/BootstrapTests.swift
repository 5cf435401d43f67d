import KafkaFormat
import KafkaMessages
import Testing
import Transport

@testable import KafkaClient

/// A broker that answers only some APIs and says nothing to the others.
private final class HalfSilentServer: FakeServer {
  private let answered: Set<ApiKey>
  private let broker: ScriptedBroker

  init(_ broker: ScriptedBroker, answers answered: Set<ApiKey> = []) {
    self.broker = broker
    self.answered = answered
  }

  func received(_ frame: [UInt8], on connection: FakeConnection) {
    var reader = ByteReader(frame.rawSpan)
    guard let key = (try? RequestHeader.read(from: &reader))?.apiKey, answered.contains(key) else {
      return
    }
    broker.received(frame, on: connection)
  }
}

/// A scripted cluster beside addresses that refuse, hang or fall silent.
private final class BootstrapSetup {
  let transport = FakeTransport()
  let cluster: ScriptedCluster
  private var servers: [HalfSilentServer] = []

  init(nodes: Int32 = 1) {
    cluster = ScriptedCluster(transport, nodes: nodes)
    cluster.addTopic("t", partitions: 1)
  }

  /// An address of the first broker that it does not advertise.
  func alias(_ host: String) -> NetworkAddress {
    let address = NetworkAddress(host: host, port: 1)
    transport.servers[address] = { [cluster] _ in cluster.nodes[0] }
    return address
  }

  func hanging(_ host: String) -> NetworkAddress {
    let address = NetworkAddress(host: host, port: 1)
    transport.unreachable.insert(address)
    return address
  }

  func silent(_ host: String, answers answered: Set<ApiKey> = []) throws -> NetworkAddress {
    let address = NetworkAddress(host: host, port: 1)
    let server = HalfSilentServer(try #require(cluster.nodes[0]), answers: answered)
    servers.append(server)
    transport.servers[address] = { _ in server }
    return address
  }

  func admin(_ bootstrap: [NetworkAddress], timeoutMs: Int64 = 60_000) -> Admin<FakeTransport> {
    var config = AdminConfig(bootstrapServers: bootstrap)
    config.client.seed = 1
    config.client.defaultApiTimeoutMs = timeoutMs
    config.client.requestTimeoutMs = min(30_000, timeoutMs)
    return Admin(transport: transport, config: config)
  }

  /// The names of all topics, and how long that took on the fake clock.
  func list(
    _ admin: Admin<FakeTransport>
  ) throws -> (Result<[String], ClientError>, seconds: Double) {
    let start = transport.nowNanos
    var result: Result<[TopicDescription], ClientError>?
    admin.listTopics { result = $0 }
    transport.run(seconds: 100) { result != nil }
    let seconds = Double(transport.nowNanos - start) / 1e9
    return (try #require(result).map { $0.map(\.name) }, seconds)
  }
}

@Suite struct BootstrapTests {
  @Test("a broker that advertises another name for itself is reached, by every kind of call")
  func otherName() throws {
    let setup = BootstrapSetup(nodes: 2)
    let address = setup.alias("localhost")
    let admin = setup.admin([address])
    for _ in 0..<20 { #expect(try setup.list(admin).0 == .success(["t"])) }
    // Many calls at once, all made before there is a connection.
    let other = setup.admin([address])
    var results: [Result<[TopicDescription], ClientError>] = []
    for _ in 0..<20 { other.listTopics { results.append($0) } }
    setup.transport.run(seconds: 10) { results.count == 20 }
    #expect(results.count == 20)
    for result in results { #expect((try? result.get().count) == 1) }
  }

  @Test("a call under way on the found connection is answered there when a broker's is ready")
  func answersAreAwaited() throws {
    let setup = BootstrapSetup()
    let address = setup.alias("localhost")
    let admin = setup.admin([address])
    _ = try setup.list(admin).0.get()
    var first: Result<[TopicDescription], ClientError>?
    var second: Result<ListOffsetsResponse, ClientError>?
    setup.transport.latencyNanos = 50_000_000
    admin.listTopics { first = $0 }
    // The broker's own connection becomes ready while the first answer is still due.
    setup.transport.latencyNanos = 1_000_000
    admin.client.send(ListOffsetsRequest([]), to: .node(0)) { second = $0 }
    setup.transport.run(seconds: 10) { second != nil }
    #expect(first == nil, "the test is to overtake the first call")
    setup.transport.run(seconds: 10) { first != nil }
    #expect((try? first?.get().count) == 1, "\(String(describing: first))")
    setup.transport.run(seconds: 1)
    let open = setup.transport.connections.filter { !$0.isClosed }
    #expect(open.map(\.peer) == [NetworkAddress(host: "broker", port: 9000)])
  }

  @Test("an address that hangs delays the others by less than a second, wherever it hangs")
  func hangingAddresses() throws {
    let setup = BootstrapSetup()
    let good = setup.alias("good")
    let bad = [
      setup.hanging("a"), try setup.silent("b"), try setup.silent("c", answers: [.apiVersions]),
    ]
    for address in bad {
      let (result, seconds) = try setup.list(setup.admin([address, good]))
      #expect(result == .success(["t"]))
      #expect(seconds < 1, "\(address): \(seconds) s")
    }
    let (result, seconds) = try setup.list(setup.admin(bad + [good]))
    #expect(result == .success(["t"]) && seconds < 3)
  }

  @Test("the error names each address and how it failed, and which was not tried")
  func reasons() throws {
    let setup = BootstrapSetup()
    let addresses = [
      NetworkAddress(host: "a", port: 1), setup.hanging("b"), try setup.silent("c"),
      try setup.silent("d", answers: [.apiVersions]), setup.hanging("e"),
    ]
    let (result, seconds) = try setup.list(setup.admin(addresses, timeoutMs: 700))
    guard case .failure(let error) = result else { return #expect(Bool(false), "\(result)") }
    #expect(
      error.description == """
        no broker answered within 700 ms: a:1 refused the connection; b:1 did not accept the \
        connection; c:1 did not answer ApiVersions; d:1 did not answer Metadata; e:1 not tried
        """)
    #expect(seconds < 1)
  }

  @Test(
    "an answer to ApiVersions that contradicts itself, or is no broker's, closes the connection",
    arguments: [
      (
        "Fetch in versions 12 to 4",
        "a broker's answer could not be read: ApiVersions: Fetch in versions 12 to 4"
      ),
      (
        "Metadata twice",
        "a broker's answer could not be read: ApiVersions: Metadata is named twice"
      ),
      (
        "none of Produce, Metadata",
        "the broker does not serve what this needs: Produce, Metadata; every Kafka broker serves"
          + " them: is this the port of a controller?"
      ),
    ])
  func bentVersions(bend: String, reason: String) throws {
    let setup = BootstrapSetup()
    setup.cluster.bendVersions = { entries in
      switch bend {
      case "Fetch in versions 12 to 4":
        for index in entries.indices where entries[index].apiKey == ApiKey.fetch.rawValue {
          (entries[index].minVersion, entries[index].maxVersion) = (12, 4)
        }
      case "Metadata twice":
        // The second entry would allow what the first does not.
        entries.append(.init(apiKey: ApiKey.metadata.rawValue, minVersion: 0, maxVersion: 99))
      default:
        let gone: [ApiKey] = [.produce, .metadata]
        entries.removeAll { entry in gone.contains { $0.rawValue == entry.apiKey } }
      }
    }
    let bad = setup.alias("bad")
    let admin = setup.admin([bad], timeoutMs: 700)
    guard case .failure(let error) = try setup.list(admin).0 else {
      return #expect(Bool(false), "it was believed")
    }
    #expect(error.description.hasPrefix("no broker answered within 700 ms: bad:1: \(reason)"))
    #expect(setup.transport.connections.allSatisfy { $0.isClosed })
    // Another address is found all the same, once its answer can be believed.
    let other = setup.admin([bad])
    setup.transport.after(2_000_000_000) { setup.cluster.bendVersions = { _ in } }
    #expect(try setup.list(other).0 == .success(["t"]))
  }

  @Test("an address that fails at first is tried again while another hangs")
  func retried() throws {
    let setup = BootstrapSetup()
    let late = NetworkAddress(host: "late", port: 1)
    setup.transport.after(3_000_000_000) { _ = setup.alias("late") }
    let (result, seconds) = try setup.list(setup.admin([setup.hanging("a"), late]))
    #expect(result == .success(["t"]))
    #expect(seconds < 5)
  }

  @Test("a found connection that falls silent gives way to the next search's, and ends")
  func foundAgain() throws {
    for closesEarly in [false, true] {
      let setup = BootstrapSetup()
      let (first, second) = (setup.alias("a"), setup.alias("b"))
      let admin = setup.admin([first, second])
      #expect(try setup.list(admin).0 == .success(["t"]))
      let transport = setup.transport
      let old = try #require(transport.connections.first)
      #expect(old.peer == first)
      // Its machine is gone, and brokers' own connections cannot be made.
      old.server = nil
      transport.unreachable = [first, NetworkAddress(host: "broker", port: 9000)]
      admin.client.requestMetadata()
      transport.run(seconds: 5)
      let found = transport.connections.filter { $0.peer == second && !$0.isClosed }
      #expect(found.count == 1)
      if closesEarly {
        admin.close()
        transport.run(seconds: 1)
        #expect(!transport.connections.contains { !$0.isClosed }, "the old one is closed as well")
        continue
      }
      // What it was asked fails after `request.timeout.ms`.
      transport.run(seconds: 31)
      #expect(old.isClosed && found.first?.isClosed == false)
      let count = transport.connections.count
      #expect(try setup.list(admin).0 == .success(["t"]))
      #expect(transport.connections.count == count, "another broker was searched for")
    }
  }

  @Test("a broker whose advertised name leads nowhere is named with that name and the reason")
  func advertisedNowhere() throws {
    let setup = BootstrapSetup()
    let admin = setup.admin([setup.alias("localhost")], timeoutMs: 2000)
    setup.transport.servers[NetworkAddress(host: "broker", port: 9000)] = nil
    var result: Result<ListOffsetsResponse, ClientError>?
    admin.client.send(ListOffsetsRequest([]), to: .node(0), timeoutMs: 2000) { result = $0 }
    setup.transport.run(seconds: 100) { result != nil }
    guard case .failure(let error) = result else {
      return #expect(Bool(false), "\(String(describing: result))")
    }
    #expect(
      error.description == """
        the connection ended: broker 0, which is advertised as broker:9000 (broker:9000 refused \
        the connection)
        """)
  }
}
