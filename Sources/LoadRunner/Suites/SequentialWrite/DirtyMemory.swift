import LoadModel

/// How much written memory waits for the disk, and how much of it the kernel lets wait.
///
/// - Source: proc(5), `/proc/meminfo`; the kernel's Documentation/admin-guide/sysctl/vm.rst.
struct DirtyMemory {
  /// Above it the kernel begins to write in the background.
  var backgroundBytes: Int64
  /// Midway between it and the other, writers are slowed down to the disk's speed.
  var limitBytes: Int64

  /// Nil where the system does not tell.
  static func thresholds() -> DirtyMemory? {
    func setting(_ name: String) -> Int64? {
      ProcessFacts.text(of: "/proc/sys/vm/\(name)").flatMap {
        Int64($0.filter { !$0.isWhitespace })
      }
    }
    let memory = ProcessFacts.numbers(in: "/proc/meminfo")
    guard let free = memory["MemFree"], let active = memory["Active(file)"],
      let inactive = memory["Inactive(file)"]
    else { return nil }
    // Shares are of what the page cache could take.
    let available = (free + active + inactive) * 1024
    func bytes(_ absolute: String, _ ratio: String) -> Int64? {
      if let bytes = setting(absolute), bytes > 0 { return bytes }
      return setting(ratio).map { available / 100 * $0 }
    }
    guard let background = bytes("dirty_background_bytes", "dirty_background_ratio"),
      let limit = bytes("dirty_bytes", "dirty_ratio")
    else { return nil }
    return DirtyMemory(backgroundBytes: background, limitBytes: limit)
  }

  /// Written and not on the disk: waiting, and under way.
  static func waitingBytes() -> Int64? {
    let memory = ProcessFacts.numbers(in: "/proc/meminfo")
    guard let dirty = memory["Dirty"], let writeback = memory["Writeback"] else { return nil }
    return (dirty + writeback) * 1024
  }
}
