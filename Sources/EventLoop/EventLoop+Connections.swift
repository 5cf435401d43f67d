import Transport

extension EventLoop {
  public func listen(
    on address: NetworkAddress,
    accept: @escaping (SocketConnection) -> (any ConnectionHandler)?
  ) throws(TransportError) -> SocketListener {
    try SocketListener(loop: self, on: address) { [unowned self] socket in
      adopt(socket, accept: accept)
    }
  }

  /// Listens, and gives each connection that comes to `accepted`, which may hand it to another
  /// loop's `adopt`.
  public func listen(
    on address: NetworkAddress, accepted: @escaping (AcceptedSocket) -> Void
  ) throws(TransportError) -> SocketListener {
    try SocketListener(loop: self, on: address, accepted: accepted)
  }

  /// Until `resumeAccepting`, connections that come to this loop's listeners stay in their
  /// backlogs.
  public func pauseAccepting() {
    for case let listener as SocketListener in channels.all { listener.pauseAccepting() }
  }

  public func resumeAccepting() {
    for case let listener as SocketListener in channels.all { listener.resumeAccepting() }
  }

  /// Serves a connection that a listener of any loop accepted.
  ///
  /// - Parameter accept: Its handler, or nil to refuse it.
  public func adopt(
    _ socket: AcceptedSocket, accept: (SocketConnection) -> (any ConnectionHandler)?
  ) {
    guard let descriptor = socket.take() else { return }
    let connection = SocketConnection(loop: self, descriptor: descriptor, peer: socket.peer)
    guard connection.begin() else { return }
    if let handler = accept(connection) {
      connection.handler = handler
    } else {
      connection.close()
    }
  }

  public func connect(
    to address: NetworkAddress, handler: any ConnectionHandler
  ) -> SocketConnection {
    let connection = SocketConnection(loop: self, connectingTo: address, handler: handler)
    if let literal = SocketAddress(literal: address.host, port: address.port) {
      afterwards { connection.start([literal]) }
    } else {
      resolve(address, for: connection)
    }
    return connection
  }

  /// The system's resolver blocks, so it has a thread of its own for each question.
  private func resolve(_ address: NetworkAddress, for connection: SocketConnection) {
    let mailbox = ownMailbox
    let id = connection.id
    resolving[id] = connection
    let started = Thread.detach(name: "weir-resolve") {
      let found = SocketAddress.resolve(address.host, port: address.port)
      _ = mailbox.deliver(
        .loopAction { loop in
          loop.resolving.removeValue(forKey: id)?.start(found)
        })
    }
    if !started {
      resolving[id] = nil
      afterwards { connection.fail(.system(call: "pthread_create", errno: 0)) }
    }
  }
}
