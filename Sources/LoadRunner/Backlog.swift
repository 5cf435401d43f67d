import Synchronization

/// How many bytes of log are stored and not yet read, and how many wait in producers' buffers, so
/// that producers can be held back before retention deletes what nobody has read.
///
/// Shared by the loops of one measurement, called once a batch; counts wire bytes, which are the
/// bytes in the log. Retention is each partition's own, and so is the count; where several groups
/// read, each has a count of its own, and the slowest one holds back.
final class Backlog: Sendable {
  private struct State {
    /// Stored and not read, by reader and then by partition.
    var unread: [Int64]
    /// How many of them are over the limit.
    var partitionsOver = 0
    /// In the producers' buffers: not stored yet, and to which partition is not known here.
    var buffered: Int64 = 0
  }

  private let state: Mutex<State>
  private let isOver = Atomic<Bool>(false)
  /// What one partition may hold unread; nil: nothing is deleted, or nothing is read while the
  /// clock runs.
  private let limit: Int64?

  private let partitions: Int
  private let readers: Int

  /// - Parameters:
  ///   - retained: What each partition keeps, in bytes; nil sets no limit.
  ///   - readers: How many read every record.
  init(retained: Int64?, partitions: Int, readers: Int = 1) {
    limit = retained.map { $0 / 2 }
    self.partitions = max(1, partitions)
    self.readers = max(1, readers)
    state = Mutex(State(unread: Array(repeating: 0, count: self.partitions * self.readers)))
  }

  func add(stored bytes: Int, partition: Int32) {
    for reader in 0..<readers { change(partition, of: reader, by: Int64(bytes)) }
  }

  func add(read bytes: Int, partition: Int32, reader: Int = 0) {
    change(partition, of: reader, by: -Int64(bytes))
  }

  /// A producer's buffer has grown or shrunk.
  func add(buffered bytes: Int) {
    guard let limit, bytes != 0 else { return }
    state.withLock { state in
      state.buffered += Int64(bytes)
      publish(state, limit)
    }
  }

  /// Retention took what was unread of a partition: nobody will read it.
  func forget(partition: Int32, reader: Int = 0) {
    guard let index = index(partition, reader) else { return }
    change(partition, of: reader, by: -state.withLock { $0.unread[index] })
  }

  private func index(_ partition: Int32, _ reader: Int) -> Int? {
    Int(partition) < partitions && reader < readers
      ? reader * partitions + Int(partition) : nil
  }

  private func change(_ partition: Int32, of reader: Int, by bytes: Int64) {
    guard let limit, let index = index(partition, reader) else { return }
    state.withLock { state in
      let before = state.unread[index] > limit
      state.unread[index] += bytes
      let after = state.unread[index] > limit
      if before != after { state.partitionsOver += after ? 1 : -1 }
      publish(state, limit)
    }
  }

  /// Half of what is kept may be unread, and as much as half of that on its way, on the mean.
  private func publish(_ state: borrowing State, _ limit: Int64) {
    let isOnItsWay = state.buffered > limit / 2 * Int64(partitions)
    isOver.store(state.partitionsOver > 0 || isOnItsWay, ordering: .relaxed)
  }

  /// Producers must wait until consumers have caught up.
  var isFull: Bool { isOver.load(ordering: .relaxed) }
}
