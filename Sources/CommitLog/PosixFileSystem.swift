import CSystem
import Glibc
import Synchronization

/// How often files were made durable through one file system, by any thread.
public final class SyncCount: Sendable {
  private let count = Atomic<Int>(0)

  public init() {}

  /// Calls of fdatasync so far, failed ones included.
  public var total: Int { count.load(ordering: .relaxed) }

  func add() { count.wrappingAdd(1, ordering: .relaxed) }
}

/// The file system of the machine.
public struct PosixFileSystem: FileSystem {
  private let syncs: SyncCount?

  /// - Parameter syncs: Counts the syncs of what is opened here.
  public init(syncs: SyncCount? = nil) { self.syncs = syncs }

  public func open(_ path: String, _ mode: FileOpenMode) throws(FileError) -> LogFile {
    try open(path, mode, faults: nil)
  }

  func open(_ path: String, _ mode: FileOpenMode, faults: FaultPlan?) throws(FileError) -> LogFile {
    let flags =
      switch mode {
      case .read: O_RDONLY
      case .readWrite: O_RDWR
      case .create: O_RDWR | O_CREAT
      case .createEmpty: O_RDWR | O_CREAT | O_TRUNC
      }
    while true {
      let descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC, 0o644)
      if descriptor >= 0 {
        return LogFile(descriptor, path: path, faults: faults, syncs: syncs)
      }
      if errno != EINTR { throw FileError(.open, path, code: errno) }
    }
  }

  public func rename(_ path: String, to target: String) throws(FileError) {
    if unsafe Glibc.rename(path, target) != 0 { throw FileError(.rename, path, code: errno) }
  }

  public func remove(_ path: String) throws(FileError) {
    if unsafe unlink(path) != 0, errno != ENOENT { throw FileError(.remove, path, code: errno) }
  }

  public func createDirectory(_ path: String) throws(FileError) {
    if unsafe mkdir(path, 0o755) == 0 { return }
    switch errno {
    case EEXIST where isDirectory(path): return
    case ENOENT where parent(of: path) != path:
      try createDirectory(parent(of: path))
      if unsafe mkdir(path, 0o755) == 0 || errno == EEXIST { return }
      throw FileError(.createDirectory, path, code: errno)
    default: throw FileError(.createDirectory, path, code: errno)
    }
  }

  public func removeTree(_ path: String) throws(FileError) {
    guard isDirectory(path) else { return try remove(path) }
    for name in try list(path) { try removeTree(path + "/" + name) }
    if unsafe rmdir(path) != 0, errno != ENOENT { throw FileError(.remove, path, code: errno) }
  }

  public func list(_ path: String) throws(FileError) -> [String] {
    guard let directory = unsafe opendir(path) else { throw FileError(.list, path, code: errno) }
    defer { _ = unsafe closedir(directory) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(directory) else {
        if errno != 0 { throw FileError(.list, path, code: errno) }
        break
      }
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { chars in
          unsafe String(cString: chars)
        }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  public func size(of path: String) throws(FileError) -> Int64? {
    var status = stat()
    if unsafe stat(path, &status) == 0 { return Int64(status.st_size) }
    if errno == ENOENT || errno == ENOTDIR { return nil }
    throw FileError(.size, path, code: errno)
  }

  public func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  public func space(of path: String) throws(FileError) -> (totalBytes: Int64, usableBytes: Int64) {
    var status = statvfs()
    if unsafe statvfs(path, &status) != 0 { throw FileError(.size, path, code: errno) }
    let unit = UInt64(status.f_frsize)
    return (
      Int64(clamping: UInt64(status.f_blocks).multipliedReportingOverflow(by: unit).partialValue),
      Int64(clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: unit).partialValue)
    )
  }

  public func syncAll(_ path: String) throws(FileError) {
    let file = try open(path, .read)
    let code = weir_sync_file_system(file.fileDescriptor)
    if code != 0 { throw FileError(.sync, path, code: code) }
  }

  public func syncDirectory(_ path: String) throws(FileError) {
    let file = try open(path, .read)
    try file.sync()
  }
}
