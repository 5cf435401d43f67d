import Glibc
import Transport

/// Sending: parts are queued by `send`, and leave at `flush`.
///
/// Neighbouring runs of bytes leave in one call, together with the announcement that a slice of a
/// file follows, so that a head and the records behind it share segments. What the kernel does not
/// take waits in the queue until it says that there is room.
extension SocketConnection {
  /// Bytes read at once from a file that is sent by copy.
  static let copySize = 128 << 10

  public func send(_ part: OutboundPart) {
    guard state != .closed else { return }
    queue.append(part)
  }

  public func flush() {
    guard state == .open, !awaitsWritable, !queue.isEmpty else { return }
    writeQueued()
  }

  /// There is room again.
  func writable() {
    awaitsWritable = false
    writeQueued()
    guard state == .open, !awaitsWritable else { return }
    updateInterest()
    handler?.drained()
  }

  private func writeQueued() {
    var budget = loop.configuration.writeBudgetBytes
    while !queue.isEmpty {
      guard budget > 0 else { return awaitWritable() }
      let (wanted, sent) = writeFirst()
      if sent < 0 {
        if sent == -Int(EAGAIN) { return awaitWritable() }
        if sent == -Int(EINTR) { continue }
        return writeFailed(sent)
      }
      transferredBytes += Int64(sent)
      queue.consume(sent)
      budget -= sent
      // Less than offered: the socket's buffer is full.
      if sent < wanted { return awaitWritable() }
    }
    if closesWhenSent { close() }
  }

  private func awaitWritable() {
    awaitsWritable = true
    updateInterest()
  }

  private func writeFailed(_ result: Int) {
    switch -result {
    case Int(EPIPE), Int(ECONNRESET): fail(.reset)
    case Int(ETIMEDOUT): fail(.timedOut)
    default: fail(.system(call: "send", errno: Int32(-result)))
    }
  }

  /// Offers the first part, or the first run of parts on the heap, to the kernel.
  private func writeFirst() -> (wanted: Int, sent: Int) {
    switch queue[0] {
    case .file(let slice):
      return writeSlice(slice)
    case .bytes(let all, let range):
      if queue.count == 1 {
        return (range.count, sent(SystemCalls.send(descriptor, all, range, more: false)))
      }
      return writeGathered()
    }
  }

  private func writeGathered() -> (wanted: Int, sent: Int) {
    loop.gather.clear()
    var index = 0
    while index < queue.count, !loop.gather.isFull, case .bytes(let all, let range) = queue[index] {
      loop.gather.add(all, range)
      index += 1
    }
    let taken = SystemCalls.sendGathered(descriptor, loop.gather, more: index < queue.count)
    return (loop.gather.byteCount, sent(taken))
  }

  private func writeSlice(_ slice: FileSlice) -> (wanted: Int, sent: Int) {
    if loop.configuration.filePath == .sendfile, let file = slice.file.descriptorToSend {
      let most = min(slice.count, loop.configuration.writeBudgetBytes)
      let sent = SystemCalls.sendFile(
        descriptor, from: file, position: slice.position, count: most)
      loop.traffic.sendfileCalls += 1
      loop.traffic.sendfileBytes += Int64(max(0, sent))
      if sent > 0 { return (most == slice.count ? most : sent, sent) }
      // The file is shorter than its slice: the peer would wait for ever for the rest.
      if sent == 0 { return (most, -Int(EIO)) }
      // Some file systems cannot send; they can be read.
      if sent != -Int(EINVAL), sent != -Int(ENOSYS) { return (most, sent) }
    }
    return copySlice(slice)
  }

  private func copySlice(_ slice: FileSlice) -> (wanted: Int, sent: Int) {
    if loop.copyScratch.isEmpty {
      loop.copyScratch = [UInt8](repeating: 0, count: Self.copySize)
    }
    let wanted = min(slice.count, Self.copySize)
    var scratch: [UInt8] = []
    swap(&scratch, &loop.copyScratch)
    defer { swap(&scratch, &loop.copyScratch) }
    let found = fill(&scratch, from: slice, count: wanted)
    guard found > 0 else { return (wanted, -Int(EIO)) }
    let more = found < slice.count || queue.count > 1
    loop.traffic.copiedFileBytes += Int64(found)
    return (found, sent(SystemCalls.send(descriptor, scratch, 0..<found, more: more)))
  }

  /// Counts what a call that sends from memory said.
  private func sent(_ result: Int) -> Int {
    loop.traffic.sendCalls += 1
    loop.traffic.sentBytes += Int64(max(0, result))
    return result
  }

  private func fill(_ scratch: inout [UInt8], from slice: FileSlice, count: Int) -> Int {
    var bytes = scratch.mutableSpan
    var target = unsafe bytes.mutableBytes
    var part = target._mutatingExtracting(0..<count)
    loop.traffic.fileReadCalls += 1
    return slice.file.fill(&part, from: slice.position) ?? 0
  }
}
