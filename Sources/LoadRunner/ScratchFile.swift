import CommitLog
import LoadModel

/// Memory as the machine's own before a log grows into it: on a virtual machine the first touch of
/// a page costs more than the write.
enum ScratchFile {
  /// Writes a file of so many bytes, which is gone afterwards, and after a kill.
  ///
  /// - Throws: `.load` where the disk refuses it.
  static func warmMemory(directory: String, bytes: Int64) throws(RunError) {
    do throws(FileError) { _ = try write(directory: directory, bytes: bytes) } catch {
      throw .load("writing: \(error)")
    }
  }

  /// - Returns: Whether all was written; Ctrl-C ends it before.
  static func write(directory: String, bytes: Int64) throws(FileError) -> Bool {
    let path = "\(directory)/memory.scratch"
    let files = PosixFileSystem()
    let file = try files.open(path, .createEmpty)
    // Its pages are given back when the descriptor is closed.
    try files.remove(path)
    let block = [UInt8](repeating: 1, count: 1 << 20)
    var position: Int64 = 0
    while position < bytes {
      if Interrupt.requested { return false }
      try file.write(block.rawSpan, at: position)
      position += Int64(block.count)
    }
    return true
  }
}
