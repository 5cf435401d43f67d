/// One run of bytes on its way out.
public enum OutboundPart {
  /// A range of bytes on the heap, shared by reference: the array must not be changed before it
  /// is sent (changing it would copy it).
  case bytes([UInt8], Range<Int>)
  /// A range of a file, which never enters user space where the transport can avoid it.
  case file(FileSlice)

  public static func bytes(_ all: [UInt8]) -> Self { .bytes(all, 0..<all.count) }

  public var count: Int {
    switch self {
    case .bytes(_, let range): range.count
    case .file(let slice): slice.count
    }
  }
}

/// A range of an open file.
public struct FileSlice: Sendable {
  public let file: any TransmittableFile
  /// In bytes from the start of the file.
  public var position: Int64
  public var count: Int

  public init(file: any TransmittableFile, position: Int64, count: Int) {
    self.file = file
    self.position = position
    self.count = count
  }
}

/// A file that a transport can send from. Whoever holds it keeps it open, even once deleted.
public protocol TransmittableFile: AnyObject, Sendable {
  /// For `sendfile`; nil where there is none (a simulated file), then `fill` is used.
  var descriptorToSend: Int32? { get }
  /// Fills `target` from `position`; how many bytes were there, 0 at the end, nil on an error.
  func fill(_ target: inout MutableRawSpan, from position: Int64) -> Int?
}
