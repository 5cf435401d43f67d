import CommitLog
import Foundation
import KafkaFormat

/// A file of a log directory: what its name says that it is, and its bytes.
struct DumpFile {
  /// What is read how.
  enum Kind: Equatable {
    case segment(baseOffset: Int64)
    case offsetIndex(baseOffset: Int64)
    case timeIndex(baseOffset: Int64)
    case transactionIndex
    case producerSnapshot
    case leaderEpochs
    case offsetCheckpoint
    case partitionMetadata
    case metaProperties
  }

  /// For the help and for refusals.
  static let known =
    "segments (.log, metadata .checkpoint), .index, .timeindex, .txnindex, .snapshot, "
    + "leader-epoch-checkpoint, …-offset-checkpoint, partition.metadata and meta.properties"

  let path: String
  let kind: Kind
  let size: Int64
  private let handle: FileHandle

  /// - Throws: `UsageError` for a name that says nothing, `DumpFailure` for a file that cannot be
  ///   read.
  init(_ path: String) throws {
    self.path = path
    let url = URL(filePath: path)
    var isFolder: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw DumpFailure("no such file")
    }
    if isFolder.boolValue { throw DumpFailure("is a directory") }
    guard let kind = Self.kind(of: url.lastPathComponent) else {
      throw UsageError(
        message: "\(path) is no file of a log directory; read are \(Self.known)", command: "dump")
    }
    self.kind = kind
    do {
      handle = try FileHandle(forReadingFrom: url)
      size = Int64(try handle.seekToEnd())
    } catch {
      throw DumpFailure("cannot be read: \((error as NSError).localizedDescription)")
    }
  }

  /// The topic whose partition's folder the file lies in; nil where it lies elsewhere.
  var topic: String? {
    let folder = URL(filePath: path).standardizedFileURL.deletingLastPathComponent()
    return LogFileNames.topicPartition(ofDirectory: folder.lastPathComponent)?.topic
  }

  /// The path of the same segment's file of another kind.
  func sibling(_ suffix: String) -> String {
    let url = URL(filePath: path)
    let name = String(url.lastPathComponent.prefix(20)) + suffix
    return url.deletingLastPathComponent().appending(path: name).path
  }

  /// - Returns: `count` bytes, or fewer where the file ends.
  func read(at position: Int64, count: Int) throws(DumpFailure) -> [UInt8] {
    do {
      try handle.seek(toOffset: UInt64(position))
      return [UInt8](try handle.read(upToCount: count) ?? Data())
    } catch {
      throw DumpFailure("position \(position): \((error as NSError).localizedDescription)")
    }
  }

  func readAll() throws(DumpFailure) -> [UInt8] { try read(at: 0, count: Int(size)) }

  private static func kind(of fileName: String) -> Kind? {
    var name = fileName
    for suffix in [LogFileNames.deleted, LogFileNames.cleaned, LogFileNames.swap]
    where name.hasSuffix(suffix) { name = String(name.dropLast(suffix.count)) }
    let digits = name.prefix { $0.isASCII && $0.isNumber }
    if digits.count == 20, let offset = Int64(digits) {
      switch name.dropFirst(20) {
      case LogFileNames.log[...]: return .segment(baseOffset: offset)
      case LogFileNames.index[...]: return .offsetIndex(baseOffset: offset)
      case LogFileNames.timeIndex[...]: return .timeIndex(baseOffset: offset)
      case LogFileNames.transactionIndex[...]: return .transactionIndex
      case LogFileNames.snapshot[...]: return .producerSnapshot
      // A snapshot of the metadata log: its end offset and epoch, then batches from offset 0.
      case let rest where rest.hasSuffix(".checkpoint"): return .segment(baseOffset: 0)
      default: return nil
      }
    }
    switch name {
    case "leader-epoch-checkpoint": return .leaderEpochs
    case "partition.metadata": return .partitionMetadata
    case "meta.properties": return .metaProperties
    case let name where name.hasSuffix("-offset-checkpoint"): return .offsetCheckpoint
    default: return nil
    }
  }
}

extension FormatError {
  /// What is wrong, in words.
  var words: String {
    switch self {
    case .truncated(let needed, let remaining): "\(needed) bytes are needed, \(remaining) are left"
    case .malformedVarint: "a varint is too long"
    case .invalidLength(let length): "a length of \(length) cannot be"
    case .unexpectedNull: "null stands where it may not"
    case .invalidText: "text is not UTF-8"
    case .unsupportedMagic(let magic): "record format v\(magic) is not read, only v2"
    case .invalid(let text): text
    }
  }
}
