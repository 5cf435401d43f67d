import CommitLog
import LoadModel

/// Memory as the machine's own before a log grows into it: on a virtual machine the first touch of
/// a page costs more than the write.
enum ScratchFile {
  /// Writes a file of so many bytes and deletes it.
  static func warmMemory(directory: String, bytes: Int64) throws(RunError) {
    let path = "\(directory)/scratch"
    let files = PosixFileSystem()
    do throws(FileError) {
      let file = try files.open(path, .createEmpty)
      let block = [UInt8](repeating: 1, count: 1 << 20)
      var position: Int64 = 0
      while position < bytes, !Interrupt.requested {
        try file.write(block.rawSpan, at: position)
        position += Int64(block.count)
      }
      try files.remove(path)
    } catch { throw .load("writing: \(error)") }
  }
}
