import Transport

/// One link of a relay: connections to its address are forwarded to its target.
///
/// A cut link forwards nothing, as a network that drops all packets does: connections stay, new
/// ones are accepted by the kernel and get no answer, and what was sent meanwhile arrives once the
/// link is healed. A delay holds each byte back, in both directions; a round trip takes twice as
/// much longer.
///
/// - Isolation: its loop's thread.
final class RelayLink<T: Transport> {
  let name: String
  /// Of every byte in each direction.
  private(set) var delayMs: Int64 = 0
  private(set) var isCut = false
  /// Where connections go; connections that come before it is known are refused.
  var target: NetworkAddress?
  private let transport: T
  private var listener: T.Listener?
  /// Both sides of each connection, in pairs until one has ended.
  private var sides: [ObjectIdentifier: RelaySide<T>] = [:]

  init(_ name: String, transport: T) {
    self.name = name
    self.transport = transport
  }

  /// - Returns: The address with the port that was taken.
  func listen(on address: NetworkAddress) throws(TransportError) -> NetworkAddress {
    let listener = try transport.listen(on: address) { [unowned self] in accept($0) }
    self.listener = listener
    return listener.address
  }

  private func accept(_ connection: T.Connection) -> (any ConnectionHandler)? {
    guard let target else { return nil }
    let outer = RelaySide(transport: transport, link: self, connection: connection)
    let inner = RelaySide(transport: transport, link: self)
    outer.join(inner)
    sides[ObjectIdentifier(outer)] = outer
    sides[ObjectIdentifier(inner)] = inner
    if !isCut { inner.connect(to: target) }
    return outer
  }

  func forget(_ side: RelaySide<T>) { sides[ObjectIdentifier(side)] = nil }

  func cut() {
    isCut = true
    for side in sides.values { side.cut() }
  }

  func delay(ms: Int64) { delayMs = ms }

  /// Ends a cut and a delay.
  func heal() {
    isCut = false
    delayMs = 0
    for side in Array(sides.values) {
      if let target, sides[ObjectIdentifier(side)] != nil { side.connect(to: target) }
      side.heal()
    }
  }
}
