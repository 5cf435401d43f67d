/// Whether a slice can be sent without waiting for the disk, and what to do where it cannot.
extension LogSlice {
  /// How far apart the bytes are that are looked at. The kernel reads ahead in steps of this order
  /// and takes memory back in runs, so that little is missed between two of them.
  private static let stride: Int64 = 256 << 10
  private static let pageSize: Int64 = 4_096

  /// Looks at a byte of every 256 KiB, and at the last one. True, too, where that cannot be told.
  ///
  /// - Complexity: A system call a look; reads nothing from the disk.
  public var isInMemory: Bool {
    guard count > 0 else { return true }
    let last = position + Int64(count) - 1
    var place = position
    var seenPage: Int64 = -1
    while place < last {
      if !file.isInMemory(at: place) { return false }
      seenPage = place / Self.pageSize
      place += Self.stride
    }
    return last / Self.pageSize == seenPage || file.isInMemory(at: last)
  }

  /// Reads it once, so that the page cache holds it. Waits for the disk; an error shows when the
  /// slice is sent.
  public func warm() {
    var scratch = [UInt8](repeating: 0, count: Int(min(Self.stride, Int64(count))))
    var place = position
    let end = position + Int64(count)
    while place < end {
      guard let done = try? file.read(into: &scratch, at: place), done > 0 else { return }
      place += Int64(done)
    }
  }
}
