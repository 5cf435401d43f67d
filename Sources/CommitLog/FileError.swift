import Glibc

/// A system call on a file that failed: what was tried, on which path, and the errno.
public struct FileError: Error, Sendable, Equatable, CustomStringConvertible {
  public var operation: FileOperation
  public var path: String
  public var code: Int32

  public init(_ operation: FileOperation, _ path: String, code: Int32) {
    self.operation = operation
    self.path = path
    self.code = code
  }

  /// No room on the disk, or the quota is used up: passes once space returns.
  public var isOutOfSpace: Bool { code == ENOSPC || code == EDQUOT }
  /// Says nothing about the disk's health: out of space, of descriptors or of memory.
  public var isPassing: Bool { isOutOfSpace || isOutOfFiles || code == ENOMEM }
  /// No descriptor is left, to this process or to all.
  public var isOutOfFiles: Bool { code == EMFILE || code == ENFILE }
  public var isNotFound: Bool { code == ENOENT }

  public var description: String {
    let reason = unsafe String(cString: strerror(code))
    return "\(operation.rawValue) \(path): \(reason) (errno \(code))"
  }
}

/// The operations of the seam, as faults name them.
public enum FileOperation: String, Sendable, Equatable {
  case open, lock, read, write, sync, truncate, allocate, size, look
  case rename, remove, list
  case createDirectory = "create directory"
}
