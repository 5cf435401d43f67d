import Testing
import Transport

@testable import Simulation

@Suite("the simulated network")
struct NetworkTests {
  /// Keeps what arrives.
  final class Recorder: ConnectionHandler {
    var bytes: [UInt8] = []
    var isConnected = false
    var ends: [TransportError?] = []
    func connected() { isConnected = true }
    func received(_ buffer: inout ReceiveBuffer) {
      let count = buffer.count
      let span = buffer.mutableReadable()
      for index in 0..<count { bytes.append(span[index]) }
      buffer.consume(count)
    }
    func drained() {}
    func closed(_ error: TransportError?) { ends.append(error) }
  }

  /// Two machines, the second of which listens.
  final class Pair {
    let world = SimulatedWorld(seed: 1)
    let network: SimulatedNetwork
    let machines: [SimulatedMachine]
    let transports: [SimulatedTransport]
    let client = Recorder()
    let server = Recorder()
    private(set) var accepted: SimulatedConnection?

    init() throws {
      let world = world
      let network = SimulatedNetwork(world)
      self.network = network
      machines = ["a", "b"].map { SimulatedMachine(world, host: $0) }
      transports = machines.map { SimulatedTransport($0, network) }
      for machine in machines {
        network.add(machine)
        machine.start()
      }
      _ = try transports[1].listen(on: NetworkAddress(host: "b", port: 1)) { [unowned self] in
        accepted = $0
        return server
      }
    }

    func connect(port: UInt16 = 1) -> SimulatedConnection {
      transports[0].connect(to: NetworkAddress(host: "b", port: port), handler: client)
    }

    func run(ms: Int64) { world.run(until: world.nowNanos + ms * 1_000_000) }
  }

  @Test("bytes arrive in order, also those that a cut link held back")
  func order() throws {
    let pair = try Pair()
    let connection = pair.connect()
    pair.run(ms: 5)
    #expect(pair.client.isConnected)
    connection.send(.bytes([1, 2]))
    connection.flush()
    pair.network.cut(from: "a", to: "b")
    pair.run(ms: 50)
    #expect(pair.server.bytes.isEmpty)
    connection.send(.bytes([3]))
    connection.flush()
    pair.network.heal(from: "a", to: "b")
    connection.send(.bytes([4]))
    connection.flush()
    pair.run(ms: 5)
    #expect(pair.server.bytes == [1, 2, 3, 4])
  }

  @Test("a port without a listener refuses; a machine without power says nothing")
  func refused() throws {
    let pair = try Pair()
    _ = pair.connect(port: 9)
    pair.run(ms: 5)
    #expect(pair.client.ends == [.refused(NetworkAddress(host: "b", port: 9))])
    pair.machines[1].isReachable = false
    _ = pair.connect()
    pair.run(ms: 500)
    #expect(pair.client.ends.count == 1 && !pair.client.isConnected)
  }

  @Test("a killed process resets its connections; after a power cut the first bytes do")
  func ends() throws {
    let pair = try Pair()
    _ = pair.connect()
    pair.run(ms: 5)
    pair.machines[1].stop()
    pair.network.processEnded("b", resets: true)
    pair.run(ms: 5)
    #expect(pair.client.ends == [.reset] && pair.server.ends.isEmpty)

    let other = try Pair()
    let connection = other.connect()
    other.run(ms: 5)
    other.machines[1].stop()
    other.network.processEnded("b", resets: false)
    other.run(ms: 500)
    #expect(other.client.ends.isEmpty)
    connection.send(.bytes([1]))
    connection.flush()
    other.run(ms: 5)
    #expect(other.client.ends == [.reset])
  }

  @Test("a receiver that does not read holds the sender back")
  func window() throws {
    let pair = try Pair()
    let connection = pair.connect()
    pair.run(ms: 5)
    pair.accepted?.pauseReading()
    let count = 3 * SimulatedConnection.windowBytes
    connection.send(.bytes([UInt8](repeating: 7, count: count)))
    connection.flush()
    pair.run(ms: 50)
    #expect(pair.server.bytes.isEmpty && connection.queuedBytes > 0)
    pair.accepted?.resumeReading()
    pair.run(ms: 50)
    #expect(pair.server.bytes.count == count && connection.queuedBytes == 0)
  }

  @Test("events happen in the order of their times, then of their making")
  func events() {
    let world = SimulatedWorld(seed: 1)
    var seen: [Int] = []
    for (number, time) in [30, 10, 20, 10, 30, 0].enumerated() {
      world.schedule(at: Int64(time)) { seen.append(number) }
    }
    let cancelled = world.schedule(at: 15) { seen.append(99) }
    world.cancel(cancelled)
    world.run(until: 100)
    #expect(seen == [5, 1, 3, 2, 0, 4] && world.nowNanos == 100)
  }
}
