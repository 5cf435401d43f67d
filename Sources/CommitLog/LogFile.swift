import CSystem
import Glibc
import KafkaFormat
import Synchronization

/// An open file. Shared by reference between the log, its jobs and the slices on their way to
/// consumers; closed when the last of them lets go, deleted or not.
///
/// Every call is positional, so that any number of threads may use one file.
public final class LogFile: Sendable {
  /// As it was opened; a later rename does not change it.
  public let path: String
  /// For `sendfile`; valid as long as this object is held.
  public let fileDescriptor: Int32
  private let faults: FaultPlan?
  private let syncs: SyncCount?
  private let faultNumber: Int
  /// Whether the segment is finished: only then may its surplus be released by a job.
  private let sealed = Mutex(false)

  init(_ descriptor: Int32, path: String, faults: FaultPlan?, syncs: SyncCount? = nil) {
    self.fileDescriptor = descriptor
    self.path = path
    self.faults = faults
    self.syncs = syncs
    self.faultNumber = faults?.register(path) ?? 0
    OpenFiles.opened()
  }

  deinit {
    _ = close(fileDescriptor)
    OpenFiles.closed()
  }

  // MARK: Reading

  /// Fills `target` from `position`, less at the end of the file.
  ///
  /// - Returns: How many bytes were there.
  public func read(into target: inout MutableRawSpan, at position: Int64) throws(FileError) -> Int {
    try inject(.read)
    var done = 0
    var failure: Int32 = 0
    unsafe target.withUnsafeMutableBytes { buffer in
      while done < buffer.count {
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
        let count = unsafe pread(fileDescriptor, rest.baseAddress, rest.count, Int(position) + done)
        if count > 0 {
          done += count
        } else if count == 0 {
          return
        } else if errno != EINTR {
          failure = errno
          return
        }
      }
    }
    if failure != 0 { throw FileError(.read, path, code: failure) }
    return done
  }

  /// At most `count` bytes from `position`, less at the end of the file.
  public func read(at position: Int64, count: Int) throws(FileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let done = try read(into: &bytes, at: position)
    if done < count { bytes.removeLast(count - done) }
    return bytes
  }

  /// Fills `bytes` from `position`, less at the end of the file; returns how many were there.
  public func read(into bytes: inout [UInt8], at position: Int64) throws(FileError) -> Int {
    var span = bytes.mutableSpan
    var raw = unsafe span.mutableBytes
    return try read(into: &raw, at: position)
  }

  // MARK: Writing

  /// Writes all of `bytes` at `position`.
  ///
  /// - Throws: `FileError`; some of the bytes may have been written then, so that the caller
  ///   truncates the file back.
  public func write(_ bytes: RawSpan, at position: Int64) throws(FileError) {
    var limit = Int.max
    if let faults {
      limit = try faults.beforeWrite(
        faultNumber, currentPath, self, count: bytes.byteCount, at: position
      ) {
        (count: Int) -> Int32 in self.writeOnce(bytes.extracting(0..<count), at: position)
      }
    }
    var failure: Int32 = 0
    unsafe bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
        let count = unsafe pwrite(
          fileDescriptor, rest.baseAddress, min(rest.count, limit), Int(position) + done)
        limit = Int.max
        if count > 0 {
          done += count
        } else if count == 0 {
          failure = EIO
          return
        } else if errno != EINTR {
          failure = errno
          return
        }
      }
    }
    if failure != 0 { throw FileError(.write, path, code: failure) }
  }

  /// One system call, for faults that write a part before they fail. Returns 0 or an errno.
  private func writeOnce(_ bytes: RawSpan, at position: Int64) -> Int32 {
    unsafe bytes.withUnsafeBytes { buffer in
      unsafe pwrite(fileDescriptor, buffer.baseAddress, buffer.count, Int(position)) >= 0
        ? 0 : errno
    }
  }

  // MARK: The file as a whole

  public func size() throws(FileError) -> Int64 {
    try inject(.size)
    var status = stat()
    if unsafe fstat(fileDescriptor, &status) != 0 { throw FileError(.size, path, code: errno) }
    return Int64(status.st_size)
  }

  /// When the file was last written, in milliseconds since the Unix epoch.
  func modifiedMs() throws(FileError) -> Int64 {
    var status = stat()
    if unsafe fstat(fileDescriptor, &status) != 0 { throw FileError(.size, path, code: errno) }
    return Int64(status.st_mtim.tv_sec) * 1000 + Int64(status.st_mtim.tv_nsec) / 1_000_000
  }

  /// Cuts the file; to its own size, this releases what was allocated ahead.
  public func truncate(to size: Int64) throws(FileError) {
    try inject(.truncate)
    faults?.changeUnsynced { $0.willTruncate(faultNumber, self, to: size) }
    while ftruncate(fileDescriptor, Int(size)) != 0 {
      if errno != EINTR { throw FileError(.truncate, path, code: errno) }
    }
  }

  /// Whether the byte at `position` can be read without waiting for the disk; a fault of `.look`
  /// says that it cannot.
  func isInMemory(at position: Int64) -> Bool {
    if (try? inject(.look)) == nil { return false }
    return weir_is_in_memory(fileDescriptor, position) != 0
  }

  /// Makes the contents durable (fdatasync).
  public func sync() throws(FileError) {
    try inject(.sync)
    syncs?.add()
    if let faults { return faults.changeUnsynced { $0.synced(faultNumber) } }
    while fdatasync(fileDescriptor) != 0 {
      if errno != EINTR { throw FileError(.sync, path, code: errno) }
    }
  }

  /// Takes disk space for `count` bytes from `position` on; the size stays what was written.
  public func allocate(from position: Int64, count: Int64) throws(FileError) {
    try inject(.allocate)
    let code = weir_allocate_keeping_size(fileDescriptor, position, count)
    if code != 0 { throw FileError(.allocate, path, code: code) }
  }

  /// Takes the lock that guards a data directory, against other processes and this one.
  func lock() throws(FileError) {
    try inject(.lock)
    let code = weir_lock_file(fileDescriptor)
    if code != 0 { throw FileError(.lock, path, code: code) }
  }

  // MARK: For the model of a disk

  /// The size, apart from faults.
  var sizeOnDisk: Int64 {
    var status = stat()
    return unsafe fstat(fileDescriptor, &status) == 0 ? Int64(status.st_size) : 0
  }

  /// What stands there, apart from faults; less at the end of the file.
  func bytesOnDisk(at position: Int64, count: Int) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
      done = max(0, unsafe pread(fileDescriptor, buffer.baseAddress, count, Int(position)))
    }
  }

  // MARK: The end of a segment

  func markSealed(_ value: Bool) { sealed.withLock { $0 = value } }

  var isSealed: Bool { sealed.withLock { $0 } }

  /// Releases what was allocated beyond the end, if the segment is still finished: one that was
  /// taken up again after a truncation may be written at this moment, and is left alone.
  func releaseSurplus(size: Int64) throws(FileError) {
    try sealed.withLock { (isSealed: inout Bool) throws(FileError) in
      if isSealed { try truncate(to: size) }
    }
  }

  /// After renames, as far as faults are concerned.
  private var currentPath: String { faults?.path(of: faultNumber) ?? path }

  private func inject(_ operation: FileOperation) throws(FileError) {
    if let faults { try faults.before(operation, currentPath) }
  }
}
