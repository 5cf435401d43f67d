import BrokerCore
import BrokerServer
import CommitLog
import LoadModel
import Observability
import Transport

/// A broker on a machine of its own: its core, driven by `BrokerHost`, its disk, and the ways in
/// which it can end and begin again.
final class SimulatedBroker {
  let machine: SimulatedMachine
  let directory: String
  let port: UInt16 = 9092
  private let network: SimulatedNetwork
  private let properties: [String: String]
  private let files = FaultInjectingFileSystem(plan: FaultPlan())
  private var loop: ServerLoop<SimulatedTransport>?
  private(set) var node: BrokerNode?
  private(set) var disk: SimulatedDisk?

  var plan: FaultPlan { files.plan }
  var address: NetworkAddress { NetworkAddress(host: machine.host, port: port) }
  private var world: SimulatedWorld { machine.world }

  init(
    _ machine: SimulatedMachine, _ network: SimulatedNetwork, directory: String,
    properties: [String: String]
  ) {
    self.machine = machine
    self.network = network
    self.directory = directory
    self.properties = properties
    machine.isHalted = { [plan = files.plan] in plan.isPowerOff }
  }

  // MARK: Start

  /// Opens the directories, recovers and listens.
  ///
  /// - Throws: What keeps the broker from starting, in words.
  func start() throws(SimulationFailure) {
    var all = properties
    all["log.dirs"] = directory
    all["listeners"] = "PLAINTEXT://\(machine.host):\(port)"
    machine.isReachable = true
    machine.start()
    do {
      let config = try BrokerConfig(properties: all)
      let random = RandomSource(SeededRandom(seed: world.random.next()))
      let node = try BrokerNode.open(
        config, fileSystem: files, random: random, loopCount: 1, nowMs: machine.wallClockMs,
        openFilesMax: 1 << 16)
      let disk = SimulatedDisk(machine)
      let host = BrokerHost(config: config, node: node, disk: disk, logger: Logger("simulated"))
      let transport = SimulatedTransport(machine, network)
      let loop = ServerLoop(transport: transport, index: 0, host: host)
      try node.register(
        listeners: config.listeners, hostName: machine.host, nowMs: machine.wallClockMs)
      _ = try transport.listen(on: address) { loop.accept($0, listener: 0) }
      self.node = node
      self.disk = disk
      self.loop = loop
      loop.begin(peers: [loop])
    } catch {
      machine.stop()
      if plan.isPowerOff { return }
      throw SimulationFailure("the broker does not start: \(error)")
    }
  }

  // MARK: The end

  enum End {
    /// The process is killed: what it wrote is there.
    case kill
    /// The power is cut: of what was not synced, some is there.
    case powerCut(PowerCutSurvivors)
    /// The broker stops as SIGTERM makes it.
    case stop
  }

  /// Ends the process.
  ///
  /// - Throws: What is wrong with a clean stop.
  func end(_ end: End) throws(SimulationFailure) {
    let isStop = if case .stop = end { true } else { false }
    let resets = if case .powerCut = end { false } else { true }
    if isStop, !plan.isPowerOff, let node {
      loop?.end()
      do throws(LogError) { try node.close(nowMs: machine.wallClockMs) } catch {
        throw SimulationFailure("the broker does not stop cleanly: \(error)")
      }
    }
    machine.stop()
    network.processEnded(machine.host, resets: resets)
    loop?.dropPeers()
    node?.abandon()
    node = nil
    disk = nil
    loop = nil
    if case .powerCut(let survivors) = end {
      machine.isReachable = false
      do throws(FileError) { try files.cutPower(survivors, using: &world.random) } catch {
        throw SimulationFailure("the simulated disk failed: \(error)")
      }
    } else {
      plan.clear()
    }
  }
}

/// What a simulation found to be wrong, in words.
public struct SimulationFailure: Error, CustomStringConvertible {
  public var description: String
  init(_ description: String) { self.description = description }
}
