import Transport

/// A process's view of the simulated world: its machine's clocks, timers and network.
final class SimulatedTransport: Transport {
  let machine: SimulatedMachine
  private let network: SimulatedNetwork
  let mailbox: any Mailbox

  init(_ machine: SimulatedMachine, _ network: SimulatedNetwork) {
    self.machine = machine
    self.network = network
    mailbox = SimulatedMailbox(machine)
  }

  var now: MonotonicTime { MonotonicTime(nanoseconds: machine.nowNanos) }
  var wallClockMs: Int64 { machine.wallClockMs }

  func listen(
    on address: NetworkAddress,
    accept: @escaping (SimulatedConnection) -> (any ConnectionHandler)?
  ) throws(TransportError) -> SimulatedListener {
    let listener = SimulatedListener(self, network, accept: accept)
    listener.address = try network.listen(listener, on: address, machine: machine)
    return listener
  }

  func connect(to address: NetworkAddress, handler: any ConnectionHandler) -> SimulatedConnection {
    network.connect(self, to: address, handler: handler)
  }

  @discardableResult
  func schedule(at time: MonotonicTime, _ action: @escaping () -> Void) -> TimerID {
    machine.schedule(at: time.nanoseconds, action)
  }

  func cancel(_ timer: TimerID) { machine.world.cancel(timer) }
}

final class SimulatedListener: TransportListener {
  var address = NetworkAddress(host: "", port: 0)
  let transport: SimulatedTransport
  let accept: (SimulatedConnection) -> (any ConnectionHandler)?
  private let network: SimulatedNetwork

  init(
    _ transport: SimulatedTransport, _ network: SimulatedNetwork,
    accept: @escaping (SimulatedConnection) -> (any ConnectionHandler)?
  ) {
    self.transport = transport
    self.network = network
    self.accept = accept
  }

  func close() { network.close(address) }
}

/// Hands work to a loop of the simulation. A simulation has one thread, from which alone it is
/// called: that is why the machine may be kept in what is `Sendable`.
final class SimulatedMailbox: Mailbox, @unchecked Sendable {
  private let machine: SimulatedMachine

  init(_ machine: SimulatedMachine) { self.machine = machine }

  func post(_ action: @escaping @Sendable () -> Void) {
    machine.schedule(afterNanos: 0, action)
  }
}
