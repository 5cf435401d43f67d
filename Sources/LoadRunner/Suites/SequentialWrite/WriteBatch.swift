import EventLoop
import KafkaFormat
import LoadModel

/// One record batch, made before the clock runs: the very bytes that every step writes.
struct WriteBatch {
  var bytes: [UInt8]
  let records: Int
  /// Of each record's value: less than was asked for where a batch holds less than one.
  let recordBytes: Int

  /// - Parameters:
  ///   - size: The most that the batch may take, its head included.
  ///   - recordBytes: Of a value; its bytes cannot be compressed.
  init(size: Int, recordBytes: Int, seed: UInt64, nowMs: Int64) throws(RunError) {
    var builder = RecordBatchBuilder(capacity: size)
    let room = size - RecordBatchHeader.size
    // Length, attributes, two deltas, key, value's length, headers: 16 bytes at most here.
    let value = min(recordBytes, max(1, room - 16))
    var random = SeededRandom(seed: seed)
    var payload = [UInt8](repeating: 0, count: value)
    var count = 0
    while true {
      for index in payload.indices { payload[index] = UInt8(truncatingIfNeeded: random.next()) }
      guard builder.append(timestamp: nowMs, key: nil, value: payload.rawSpan) else { break }
      count += 1
    }
    guard count > 0, let made = try? builder.finish() else {
      throw .load("a batch of \(size) bytes holds no record")
    }
    bytes = made
    records = count
    self.recordBytes = value
  }
}

/// When a run of batches ends: after so many, or at a time, whichever comes first.
struct WriteLimit {
  var batches = Int.max
  var untilNanos = Int64.max

  /// How many batches are written between two looks at the clock.
  static func stride(_ batchBytes: Int) -> Int { max(1, (64 << 10) / max(1, batchBytes)) }
}

/// What a run of batches took.
struct WriteRun {
  var batches = 0
  var bytes: Int64 = 0
  var nanos: Int64 = 0
  /// Of what is measured: the broker where there is one, else the writing thread and the disk's.
  /// Nil where it cannot be told.
  var cpu: CPUSeconds?
  /// Of the sender, where there is a broker.
  var clientCPU: CPUSeconds?
  /// Nil where another process does them.
  var syncs: Int?
  /// The time from the first write until all of it was on the disk, where that was waited for.
  var durableNanos: Int64?

  var seconds: Double { Double(nanos) / 1e9 }
  /// Both together, one after the other.
  mutating func add(_ more: WriteRun) {
    batches += more.batches
    bytes += more.bytes
    nanos += more.nanos
    if let one = cpu, let other = more.cpu { cpu = one + other }
    if let one = clientCPU, let other = more.clientCPU { clientCPU = one + other }
    if let one = syncs, let other = more.syncs { syncs = one + other }
    if let one = durableNanos, let other = more.durableNanos { durableNanos = one + other }
  }

  var mbPerS: Double? { nanos > 0 ? Double(bytes) / 1e6 / seconds : nil }
}

/// A step of the staircase, ready to write.
///
/// - Isolation: one thread.
protocol WriteLane {
  /// Writes what the bounded log keeps, in large batches: afterwards it deletes as it grows, and
  /// the memory of its files is the machine's own.
  mutating func fill(_ batch: WriteBatch, bytes: Int64) throws(RunError)
  /// Writes the batch again and again.
  mutating func run(_ batch: inout WriteBatch, _ limit: WriteLimit) throws(RunError) -> WriteRun
  /// Ends what was started; its files are left.
  mutating func close()
}

/// When the next flush is due, as the log reckons it: at an append, by messages or by time.
struct FlushTimer {
  let policy: FlushPolicy
  private var messages: Int64 = 0
  private var lastNanos = EventLoop.currentTime.nanoseconds

  init(_ policy: FlushPolicy) { self.policy = policy }

  /// After an append.
  mutating func isDue(records: Int) -> Bool {
    switch policy {
    case .none: return false
    case .eachBatch: return true
    case .everyMessages(let count):
      messages += Int64(records)
      guard messages >= count else { return false }
      messages = 0
      return true
    case .everyMs(let ms):
      let now = EventLoop.currentTime.nanoseconds
      guard now - lastNanos >= ms * 1_000_000 else { return false }
      lastNanos = now
      return true
    }
  }
}
