import LoadModel

/// Ends a load before it fills the disk that our broker writes to, which others need too.
struct DiskReserve {
  private let path: String
  /// What is left alone, in bytes.
  let bytes: Int64
  private var lookedNanos: Int64 = 0

  /// Long enough to cost nothing, short against what a disk takes until then.
  private static let everyNanos: Int64 = 50_000_000

  /// - Returns: nil where the file system does not tell what it has.
  init?(at path: String) {
    guard let reserved = DiskRoom.reservedBytes(at: path) else { return nil }
    self.path = path
    bytes = reserved
  }

  /// Why it must end now; nil where there is room.
  mutating func problem(nowNanos now: Int64) -> String? {
    guard now - lookedNanos >= Self.everyNanos else { return nil }
    lookedNanos = now
    guard let free = DiskRoom.freeBytes(at: path), free < bytes else { return nil }
    return "ended before the disk was full: \(path) has \(RunPlan.size(free)) free, and"
      + " \(RunPlan.size(bytes)) are left alone"
  }
}
