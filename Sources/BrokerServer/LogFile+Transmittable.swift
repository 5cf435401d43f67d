import CommitLog
import Transport

/// Segments leave by `sendfile`, or are read where that is not wanted.
extension LogFile: TransmittableFile {
  public var descriptorToSend: Int32? { fileDescriptor }

  public func fill(_ target: inout MutableRawSpan, from position: Int64) -> Int? {
    try? read(into: &target, at: position)
  }
}
