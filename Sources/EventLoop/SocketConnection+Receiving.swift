import Glibc
import Transport

/// Receiving: memory is lent for as long as bytes wait in it.
///
/// - A fresh frame is read into memory of the pool, at most 64 KiB at once.
/// - Once the handler says how much it expects, and it is more than that, reading stops at the end
///   of the frame, so that the next one starts at the start of the memory and nothing is moved.
/// - Memory that is full is exchanged for twice as much, or at once for what is expected if the
///   pool has that lying around: a peer's announcement alone never allocates anything.
extension SocketConnection {
  public func pauseReading() { isPaused = true }

  public func resumeReading() {
    guard isPaused else { return }
    isPaused = false
    guard state == .open else { return }
    if interest & readableBit == 0 { updateInterest() }
    if isDelivering {
      resumedWithinCall = true
    } else if held.count > 0 {
      loop.afterwards { [self] in deliverHeld() }
    }
  }

  /// Gives the handler what it left when it paused.
  private func deliverHeld() {
    guard state == .open, !isPaused, held.count >= held.expected else { return }
    var buffer = takeHeld()
    deliver(&buffer)
    putBack(buffer)
  }

  func readable() {
    var buffer = takeHeld()
    var budget = loop.configuration.readBudgetBytes
    while budget > 0, state == .open, !isPaused {
      let most = makeRoom(&buffer)
      var free = buffer.free(atMost: most)
      let count = SystemCalls.receive(descriptor, into: &free)
      loop.traffic.receiveCalls += 1
      loop.traffic.receivedBytes += Int64(max(0, count))
      if count <= 0 {
        receivedNothing(count)
        break
      }
      transferredBytes += Int64(count)
      buffer.advanceEnd(by: count)
      budget -= count
      if buffer.count >= buffer.expected { deliver(&buffer) }
      // The kernel has no more; epoll tells when it has.
      if count < most { break }
    }
    putBack(buffer)
  }

  private func receivedNothing(_ result: Int) {
    if result == 0 {
      hasEnded = true
      if queue.isEmpty { return close() }
      closesWhenSent = true
      updateInterest()
    } else if result == -Int(ECONNRESET) || result == -Int(EPIPE) {
      fail(.reset)
    } else if result == -Int(ETIMEDOUT) {
      fail(.timedOut)
    } else if result != -Int(EAGAIN), result != -Int(EINTR) {
      fail(.system(call: "recv", errno: Int32(-result)))
    }
  }

  private func deliver(_ buffer: inout ReceiveBuffer) {
    isDelivering = true
    handler?.received(&buffer)
    isDelivering = false
  }

  /// Makes room behind what has arrived; how many bytes to read, at least 1.
  private func makeRoom(_ buffer: inout ReceiveBuffer) -> Int {
    let standard = StoragePool.standardSize
    if buffer.capacity == 0 {
      _ = buffer.relocate(into: loop.pool.take(minimum: standard))
    }
    let missing = buffer.expected - buffer.count
    let isLarge = buffer.expected > standard
    let wanted = isLarge && missing > 0 ? missing : standard
    if buffer.capacity - buffer.end >= (isLarge ? wanted : max(missing, standard / 4)) {
      return min(wanted, buffer.capacity - buffer.end)
    }
    buffer.compact()
    if buffer.end == buffer.capacity { grow(&buffer) }
    return min(wanted, buffer.capacity - buffer.end)
  }

  private func grow(_ buffer: inout ReceiveBuffer) {
    let expected = buffer.expected
    let new: [UInt8]
    if expected > buffer.capacity, let lying = loop.pool.takeFree(minimum: expected) {
      new = lying
    } else {
      let doubled = max(2 * buffer.capacity, StoragePool.standardSize)
      new = loop.pool.take(minimum: expected > buffer.capacity ? min(doubled, expected) : doubled)
    }
    loop.pool.give(buffer.relocate(into: new))
  }

  private func takeHeld() -> ReceiveBuffer {
    var buffer = ReceiveBuffer()
    swap(&buffer, &held)
    return buffer
  }

  /// Keeps what the handler left; memory that is empty, or far too large while memory is scarce,
  /// goes back to the pool.
  private func putBack(_ lent: consuming ReceiveBuffer) {
    var buffer = lent
    if buffer.count == 0 || state == .closed {
      buffer.consume(buffer.count)
      loop.pool.give(buffer.releaseStorage())
      held = buffer
      return
    }
    let small = max(buffer.count, StoragePool.smallSize)
    if loop.pool.isCrowded, buffer.capacity > 4 * small {
      loop.pool.give(buffer.relocate(into: loop.pool.take(minimum: small)))
    }
    held = buffer
    if resumedWithinCall, !isPaused {
      resumedWithinCall = false
      loop.afterwards { [self] in deliverHeld() }
    }
  }

  /// The connection ended: what has arrived is dropped.
  func dropHeld() {
    var buffer = takeHeld()
    buffer.consume(buffer.count)
    loop.pool.give(buffer.releaseStorage())
  }
}
