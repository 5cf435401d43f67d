/// All that the log asks of a disk. `PosixFileSystem` is the real one;
/// `FaultInjectingFileSystem` is the real one with faults by plan, for tests.
///
/// Every call may wait for the disk. Appends call `LogFile.write` themselves; all else of the
/// hot path is left to jobs.
public protocol FileSystem: Sendable {
  func open(_ path: String, _ mode: FileOpenMode) throws(FileError) -> LogFile
  /// Replaces `target` if it exists; atomic.
  func rename(_ path: String, to target: String) throws(FileError)
  /// Removes a file; one that is absent is no error.
  func remove(_ path: String) throws(FileError)
  /// Creates a directory and those above it; one that exists is no error.
  func createDirectory(_ path: String) throws(FileError)
  /// Removes a directory with all that is in it; an absent one is no error.
  func removeTree(_ path: String) throws(FileError)
  /// Names in a directory, sorted, without "." and "..".
  func list(_ path: String) throws(FileError) -> [String]
  /// The size in bytes; nil where there is no such file.
  func size(of path: String) throws(FileError) -> Int64?
  func isDirectory(_ path: String) -> Bool
  /// Makes the names in a directory durable.
  func syncDirectory(_ path: String) throws(FileError)
  /// Makes durable all that was written to the file system that holds `path`, by whomever: one
  /// call for very many files.
  func syncAll(_ path: String) throws(FileError)
  /// The size of the file system that holds `path`, and what of it may still be used.
  func space(of path: String) throws(FileError) -> (totalBytes: Int64, usableBytes: Int64)
}

public enum FileOpenMode: Sendable {
  /// Must exist.
  case read
  /// Must exist; not truncated.
  case readWrite
  /// Created if absent; not truncated.
  case create
  /// Created if absent, emptied if there.
  case createEmpty
}

extension FileSystem {
  /// The whole file; nil where there is none.
  ///
  /// - Throws: `FileError`; with EFBIG if it is larger than `limit` bytes.
  public func contents(of path: String, limit: Int = 64 << 20) throws(FileError) -> [UInt8]? {
    let file: LogFile
    do {
      file = try open(path, .read)
    } catch {
      if error.isNotFound { return nil }
      throw error
    }
    let size = try file.size()
    if size > Int64(limit) { throw FileError(.read, path, code: 27) }
    return try file.read(at: 0, count: Int(size))
  }

  /// Replaces a small file as a whole: written beside it, synced, renamed over it.
  /// After a crash either the old or the new contents are there.
  public func replace(_ path: String, with contents: [UInt8], sync: Bool = true)
    throws(FileError)
  {
    let temporary = path + ".tmp"
    let file = try open(temporary, .createEmpty)
    try file.write(contents.rawSpan, at: 0)
    if sync { try file.sync() }
    try rename(temporary, to: path)
    if sync { try syncDirectory(parent(of: path)) }
  }

  func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
