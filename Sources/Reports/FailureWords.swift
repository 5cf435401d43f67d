import FoundationEssentials

/// What went wrong with a file, in the system's words.
enum FailureWords {
  static func text(_ error: any Error) -> String {
    if let code = (error as? POSIXError)?.code { return words(code) }
    guard let error = error as? CocoaError else { return "\(error)" }
    if let code = (error.underlying as? POSIXError)?.code { return words(code) }
    return switch error.code {
    case .fileNoSuchFile, .fileReadNoSuchFile: words(.ENOENT)
    case .fileReadNoPermission, .fileWriteNoPermission: words(.EACCES)
    case .fileWriteOutOfSpace: words(.ENOSPC)
    case .fileWriteVolumeReadOnly: words(.EROFS)
    case .fileWriteFileExists: words(.EEXIST)
    case .fileReadTooLarge: words(.EFBIG)
    case .fileReadInvalidFileName, .fileWriteInvalidFileName: words(.ENAMETOOLONG)
    default: "error \(error.code.rawValue)"
    }
  }

  /// As `strerror` has them.
  private static func words(_ code: POSIXError.Code) -> String {
    switch code {
    case .ENOENT: "No such file or directory"
    case .EACCES: "Permission denied"
    case .EPERM: "Operation not permitted"
    case .ENOTDIR: "Not a directory"
    case .EISDIR: "Is a directory"
    case .EEXIST: "File exists"
    case .ENOSPC: "No space left on device"
    case .EDQUOT: "Disk quota exceeded"
    case .EFBIG: "File too large"
    case .EROFS: "Read-only file system"
    case .EIO: "Input/output error"
    case .EMFILE, .ENFILE: "Too many open files"
    case .ENAMETOOLONG: "File name too long"
    case .ELOOP: "Too many levels of symbolic links"
    case .ENXIO, .ENODEV: "No such device"
    default: "error \(code.rawValue)"
    }
  }
}
