import CommitLog
import KafkaClient
import Transport

/// One whole system from one seed: a broker, producers, consumers, and faults; with what must hold
/// checked as it runs.
///
/// ```
/// start ─► topic ─► load, faults ─► all is whole again ─► served within 10 s ─► read and compare
/// ```
/// The fault budget: with `flush.messages=1` the power may be cut, at any call of the file system,
/// and nothing acknowledged is lost. Without it processes are killed, at any call, and nothing
/// acknowledged is lost either; the power is not cut.
final class SimulationRun {
  let world: SimulatedWorld
  let network: SimulatedNetwork
  let broker: SimulatedBroker
  let client: SimulatedMachine
  let topic = "simulated"
  let partitionCount: Int
  /// Each batch is flushed before it is acknowledged.
  let isFlushed: Bool
  let isIdempotent: Bool
  var ledger: Ledger
  private(set) var faults: [String] = []
  private var producerCount = 0

  static let second: Int64 = 1_000_000_000
  /// How long load and faults last, in virtual time.
  static let loadNanos = 50 * second
  /// Within this time after the last fault everything is served again.
  static let recoveryNanos = 10 * second

  /// - Parameter directory: An empty one, for the broker's files.
  init(seed: UInt64, directory: String) {
    world = SimulatedWorld(seed: seed)
    network = SimulatedNetwork(world)
    isFlushed = world.happens(0.6)
    isIdempotent = world.happens(0.7)
    partitionCount = Int(world.pick(1...3))
    ledger = Ledger(partitions: partitionCount)
    let server = SimulatedMachine(world, host: "10.0.0.1")
    client = SimulatedMachine(world, host: "10.0.0.9")
    for machine in [server, client] {
      machine.clockRate = 1 + Double(world.pick(-200...200)) / 1_000_000
      network.add(machine)
    }
    broker = SimulatedBroker(
      server, network, directory: directory,
      properties: [
        "log.retention.check.interval.ms": "1000",
        "log.flush.offset.checkpoint.interval.ms": "3000",
        "log.segment.delete.delay.ms": "2000", "offsets.topic.num.partitions": "2",
      ])
    client.start()
  }

  /// What a client reaches first.
  var bootstrap: NetworkAddress { broker.address }

  func clientConfig() -> ClientConfig {
    var config = ClientConfig(bootstrapServers: [bootstrap])
    config.seed = world.random.next()
    config.requestTimeoutMs = 3_000
    config.connectionSetupTimeoutMs = 1_000
    config.metadataMaxAgeMs = 5_000
    config.defaultApiTimeoutMs = 60_000
    return config
  }

  func nextProducerNumber() -> Int {
    producerCount += 1
    return producerCount
  }

  func fail(_ text: String) {
    ledger.fail("at \(Self.seconds(world.nowNanos)) s: \(text)")
  }

  func note(_ fault: String) {
    faults.append("\(Self.seconds(world.nowNanos)) s: \(fault)")
    world.trace.add(world.nowNanos)
    world.trace.add(fault)
  }

  /// `12.345`
  static func seconds(_ nanos: Int64) -> String {
    let thousandths = nanos / 1_000_000
    let rest = "\(1000 + thousandths % 1000)".dropFirst()
    return "\(thousandths / 1000).\(rest)"
  }

  private var isOver: Bool { ledger.failure != nil }

  // MARK: The course

  func run() {
    do throws(SimulationFailure) { try broker.start() } catch { return fail("\(error)") }
    createTopic()
    if isOver { return }
    let producers = (0..<2).map { _ in
      SimulatedProducer(self, client, isIdempotent: isIdempotent)
    }
    let reader = SimulatedConsumer(self, client)
    for producer in producers { producer.begin() }
    reader.begin()
    let course = FaultCourse(self)
    course.begin()
    world.run(until: world.nowNanos + Self.loadNanos) { isOver }
    course.end()
    awaitService(producers)
    for producer in producers { producer.end() }
    // What is under way is acknowledged or given up.
    world.run(until: world.nowNanos + 35 * Self.second) { isOver }
    awaitReader(reader)
    reader.end()
    compare()
  }

  /// Ends the broker, so that its files can go.
  func end() {
    if broker.node == nil { return }
    do throws(SimulationFailure) { try broker.end(.kill) } catch { fail("\(error)") }
  }

  private func createTopic() {
    let transport = SimulatedTransport(client, network)
    var config = AdminConfig(bootstrapServers: [bootstrap])
    config.client = clientConfig()
    let admin = Admin(transport: transport, config: config)
    var configs = ["segment.ms": "\(world.pick(1...10) * 1_000)"]
    if isFlushed { configs["flush.messages"] = "1" }
    var outcome: String?
    admin.createTopics([
      NewTopic(
        name: topic, partitions: Int32(partitionCount), replicationFactor: 1, configs: configs)
    ]) { result in
      switch result {
      case .success(let outcomes):
        outcome =
          outcomes.compactMap { outcome -> String? in
            if case .failure(let error) = outcome.result { return "\(error)" }
            return nil
          }.first ?? ""
      case .failure(let error): outcome = "\(error)"
      }
    }
    world.run(until: world.nowNanos + 20 * Self.second) { outcome != nil }
    admin.close()
    if outcome != "" { fail("the topic cannot be made: \(outcome ?? "no answer")") }
  }

  /// After the last fault each producer has records acknowledged again, in time.
  private func awaitService(_ producers: [SimulatedProducer]) {
    let since = world.nowNanos
    world.run(until: since + Self.recoveryNanos) {
      isOver || producers.allSatisfy { $0.lastAckNanos > since }
    }
    if !producers.allSatisfy({ $0.lastAckNanos > since }) {
      fail("no record was acknowledged within 10 s after the last fault")
    }
  }

  private func awaitReader(_ reader: SimulatedConsumer) {
    let ends = ledger.partitions.map { ($0.acknowledged.values.max() ?? -1) + 1 }
    world.run(until: world.nowNanos + Self.recoveryNanos) {
      isOver || zip(reader.positions, ends).allSatisfy { $0 >= $1 }
    }
    if zip(reader.positions, ends).contains(where: { $0 < $1 }) {
      fail("a consumer is at \(reader.positions), where \(ends) was acknowledged")
    }
  }

  /// Reads everything again, from the start, and compares it with what was promised and seen.
  private func compare() {
    if isOver { return }
    let reader = SimulatedConsumer(self, client, keepsRecords: true)
    reader.begin()
    var before: [Int64] = []
    // Until nothing more comes.
    while reader.positions != before || before.allSatisfy({ $0 == 0 }) {
      before = reader.positions
      world.run(until: world.nowNanos + 2 * Self.second) { isOver }
      if isOver || ledger.acknowledgedCount == 0 { break }
    }
    ledger.check(reader.records, isIdempotent: isIdempotent)
    reader.end()
  }
}
