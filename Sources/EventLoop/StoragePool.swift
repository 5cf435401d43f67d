/// Memory for bytes on their way in, shared by the connections of one loop.
///
/// What was given back last is lent first, since it is still in the CPU's caches. New memory is
/// never larger than asked for; larger memory that lies here already costs nothing and is lent.
struct StoragePool {
  /// The room of a connection's first read.
  static let standardSize = 64 << 10
  /// A small one, for a connection that stopped within a frame.
  static let smallSize = 4 << 10

  /// At most so many bytes wait here; more are freed.
  let bytesMax: Int
  /// Above so many lent bytes, connections that wait within a frame are given smaller memory.
  let lentBytesSoft: Int
  private var free: [[UInt8]] = []
  private(set) var freeBytes = 0
  private(set) var lentBytes = 0

  init(bytesMax: Int, lentBytesSoft: Int) {
    self.bytesMax = bytesMax
    self.lentBytesSoft = lentBytesSoft
  }

  var isCrowded: Bool { lentBytes > lentBytesSoft }

  /// Memory of at least `minimum` bytes, if some lies here.
  mutating func takeFree(minimum: Int) -> [UInt8]? {
    // When much is lent, large memory is not spent on small needs.
    let maximum = isCrowded ? max(2 * minimum, Self.standardSize) : Int.max
    for index in free.indices.reversed()
    where free[index].count >= minimum && free[index].count <= maximum {
      let storage = free.remove(at: index)
      freeBytes -= storage.count
      lentBytes += storage.count
      return storage
    }
    return nil
  }

  /// Memory of at least `minimum` bytes, new if needed; its bytes are anything.
  mutating func take(minimum: Int) -> [UInt8] {
    if let storage = takeFree(minimum: minimum) { return storage }
    let size = Self.roundedSize(minimum)
    lentBytes += size
    return unsafe [UInt8](unsafeUninitializedCapacity: size) { _, count in count = size }
  }

  mutating func give(_ storage: consuming [UInt8]) {
    let size = storage.count
    guard size > 0 else { return }
    lentBytes -= size
    guard size >= Self.standardSize, size <= bytesMax else { return }
    while freeBytes + size > bytesMax, !free.isEmpty { freeBytes -= free.removeFirst().count }
    freeBytes += size
    free.append(storage)
  }

  /// The storage of a connection that ended otherwise.
  mutating func forget(_ size: Int) { lentBytes -= size }

  /// Frees what lies here beyond `keep` bytes; whether anything was freed.
  mutating func trim(keep: Int) -> Bool {
    let before = freeBytes
    while freeBytes > keep, !free.isEmpty { freeBytes -= free.removeFirst().count }
    return freeBytes < before
  }

  /// A quarter of a power of two, so that frames of about one size find each other's memory.
  static func roundedSize(_ minimum: Int) -> Int {
    let least = max(minimum, smallSize)
    let power = 1 << (Int.bitWidth - 1 - least.leadingZeroBitCount)
    let step = max(smallSize, power / 4)
    return (least + step - 1) / step * step
  }
}
