/// How much of `buffer.memory` a batch takes: little while it is small, more as it grows, in
/// doubling steps up to `batch.size`.
///
/// With many partitions most batches are small. Were `batch.size` set aside for each of them,
/// memory would be full of room that nobody uses, and batches would have to go before they are
/// filled.
struct BatchRooms {
  private static let smallest = 4096

  /// Ascending; the last is `batch.size`.
  let sizes: [Int]

  init(batchSize: Int) {
    var sizes: [Int] = []
    var size = Self.smallest
    while size < batchSize {
      sizes.append(size)
      size *= 2
    }
    self.sizes = sizes + [batchSize]
  }

  /// The smallest that holds `bytes`; as much as that where none does.
  func size(for bytes: Int) -> Int { sizes.first { $0 >= bytes } ?? bytes }
}

/// Storage of batches that are over, by the room that it has; used again, the one used last first,
/// so that it stays in the caches.
struct IdleBatches {
  private var open: [Int: [OpenBatch]] = [:]
  private var buffers: [Int: [[UInt8]]] = [:]
  private var bytes = 0
  /// More than this is given back to the system.
  private let bytesMax: Int

  init(bytesMax: Int) { self.bytesMax = bytesMax }

  mutating func takeOpen(_ capacity: Int) -> OpenBatch? {
    let found = open[capacity]?.popLast()
    if found != nil { bytes -= capacity }
    return found
  }

  mutating func takeBuffer(_ capacity: Int) -> [UInt8]? {
    let found = buffers[capacity]?.popLast()
    if found != nil { bytes -= capacity }
    return found
  }

  mutating func give(_ batch: OpenBatch) {
    guard reserve(batch.capacity) else { return }
    open[batch.capacity, default: []].append(batch)
  }

  mutating func give(_ buffer: [UInt8], capacity: Int) {
    guard buffer.capacity > 0, reserve(capacity) else { return }
    buffers[capacity, default: []].append(buffer)
  }

  private mutating func reserve(_ capacity: Int) -> Bool {
    guard bytes + capacity <= bytesMax else { return false }
    bytes += capacity
    return true
  }
}
