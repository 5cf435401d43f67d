import FoundationEssentials

/// The file of `--payload-file`, read once before the clock starts.
enum PayloadFile {
  /// Larger files would make the generator measure its own memory.
  static let sizeLimit = 1 << 30

  /// - Throws: `.usage` where it cannot be read or is over the limit.
  static func bytes(of path: String) throws(RunError) -> [UInt8] {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    if let size = attributes?[.size] as? UInt64, size > UInt64(sizeLimit) {
      throw .usage("\(path): \(size) bytes; --payload-file takes at most \(sizeLimit)")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .usage("\(path): cannot be read; --payload-file takes a file of one value a line")
    }
    return [UInt8](data)
  }
}
