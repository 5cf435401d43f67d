import Transport

/// The links between machines, and who listens where.
///
/// Each direction of a link has its own delay, and can be cut: what is under way then waits, as
/// TCP sends it again, until the link is whole.
final class SimulatedNetwork {
  struct Link: Hashable {
    var from: String
    var to: String
  }

  struct State {
    var delayNanos: Int64 = 100_000
    var isCut = false
    /// What waits for the link to be whole, in order.
    var held: [() -> Void] = []
  }

  let world: SimulatedWorld
  private var links: [Link: State] = [:]
  private var listeners: [NetworkAddress: SimulatedListener] = [:]
  /// In the order in which they were made.
  private var connections: [SimulatedConnection] = []
  private var connectionCount: UInt64 = 0
  private var machines: [String: SimulatedMachine] = [:]
  private var nextPort: UInt16 = 20_000

  init(_ world: SimulatedWorld) { self.world = world }

  func add(_ machine: SimulatedMachine) { machines[machine.host] = machine }

  // MARK: Links

  func setDelay(from: String, to: String, nanos: Int64) {
    links[Link(from: from, to: to), default: State()].delayNanos = nanos
  }

  func cut(from: String, to: String) {
    links[Link(from: from, to: to), default: State()].isCut = true
  }

  func heal(from: String, to: String) {
    let link = Link(from: from, to: to)
    guard var state = links[link], state.isCut else { return }
    state.isCut = false
    let held = state.held
    state.held = []
    links[link] = state
    // Each once more with the link's delay, in its order.
    for action in held { world.schedule(afterNanos: state.delayNanos, action) }
  }

  /// When something sent now arrives, as far as the delay goes.
  func delay(from: String, to: String) -> Int64 {
    links[Link(from: from, to: to)]?.delayNanos ?? State().delayNanos
  }

  /// Carries something over a link: `action` is its arrival.
  func carry(from: String, to: String, notBefore nanos: Int64, _ action: @escaping () -> Void)
    -> Int64
  {
    let link = Link(from: from, to: to)
    let at = max(nanos, world.nowNanos + delay(from: from, to: to))
    world.schedule(at: at) { [unowned self] in
      if links[link]?.isCut == true {
        links[link]?.held.append(action)
      } else {
        action()
      }
    }
    return at
  }

  // MARK: Connections

  func listen(_ listener: SimulatedListener, on wanted: NetworkAddress, machine: SimulatedMachine)
    throws(TransportError) -> NetworkAddress
  {
    var address = NetworkAddress(host: machine.host, port: wanted.port)
    if address.port == 0 {
      address.port = nextPort
      nextPort += 1
    }
    guard listeners[address] == nil else { throw .addressInUse(address) }
    listeners[address] = listener
    return address
  }

  func close(_ address: NetworkAddress) { listeners[address] = nil }

  func connect(
    _ transport: SimulatedTransport, to address: NetworkAddress, handler: any ConnectionHandler
  ) -> SimulatedConnection {
    let client = makeConnection(transport, peer: address)
    client.handler = handler
    let from = transport.machine.host
    let reached = carry(from: from, to: address.host, notBefore: 0) { [unowned self] in
      guard !client.hasEnded else { return }
      // A machine that is off answers nothing.
      guard let machine = machines[address.host], machine.isReachable else { return }
      guard let listener = listeners[address] else {
        _ = carry(from: address.host, to: from, notBefore: 0) {
          client.end(.refused(address), tellsPeer: false)
        }
        return
      }
      accept(client, listener, from: NetworkAddress(host: from, port: client.port))
    }
    client.lastArrivalNanos = reached
    return client
  }

  private func accept(
    _ client: SimulatedConnection, _ listener: SimulatedListener, from peer: NetworkAddress
  ) {
    let server = makeConnection(listener.transport, peer: peer)
    server.other = client
    client.other = server
    guard let handler = listener.accept(server) else {
      server.end(nil, tellsPeer: true)
      return
    }
    server.handler = handler
    server.isEstablished = true
    server.lastArrivalNanos = carry(
      from: server.machine.host, to: client.machine.host, notBefore: 0
    ) {
      guard !client.hasEnded else { return }
      client.isEstablished = true
      client.inProcess { client.handler?.connected() }
    }
  }

  private func makeConnection(_ transport: SimulatedTransport, peer: NetworkAddress)
    -> SimulatedConnection
  {
    connectionCount += 1
    let connection = SimulatedConnection(
      id: connectionCount, network: self, transport: transport, peer: peer)
    connections.removeAll { $0.hasEnded }
    connections.append(connection)
    return connection
  }

  // MARK: Faults

  /// Connections of a machine, in the order in which they were made.
  func connections(of host: String) -> [SimulatedConnection] {
    connections.filter { !$0.hasEnded && $0.machine.host == host }
  }

  /// The process of a machine ends. Its kernel resets the connections, unless the machine loses
  /// its power: then the others hear nothing until they send.
  func processEnded(_ host: String, resets: Bool) {
    for address in listeners.keys where address.host == host { listeners[address] = nil }
    for connection in connections(of: host) { connection.vanish(resets: resets) }
  }
}
