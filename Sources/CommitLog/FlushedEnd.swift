import KafkaFormat

/// `flushed-end`: up to which offset a log was flushed, for a log of which nothing flushed may be
/// cut. Written at the end of each flush, before the flush counts.
///
/// With it a batch that a power cut tore is known from one that was damaged later: what stands
/// behind the flushed end was never acknowledged, whatever its bytes look like.
///
/// Two places, one in each of two pages, written by turns: `[offset i64 | CRC-32C of it u32]`,
/// big-endian. A power cut tears at most the place that is being written; the larger offset of
/// those whose checksum is right counts.
struct FlushedEnd: Sendable {
  static let name = "flushed-end"
  private static let placeDistance: Int64 = 4096
  private static let entrySize = 12

  let file: LogFile
  /// nil where it is not known: the log was written before there was this file, or both places are
  /// damaged.
  private(set) var offset: Int64?
  private var nextPlace = 0

  /// Opens the file in a log's directory.
  ///
  /// - Parameter isNew: The log has no records: where there is no file, one is made that says 0.
  /// - Throws: `isOutOfSpace` where there is no entry, and no room for one.
  init(_ path: String, _ fileSystem: any FileSystem, isNew: Bool) throws(FileError) {
    file = try fileSystem.open(path, .create)
    for place in 0..<2 {
      let bytes = try file.read(at: Int64(place) * Self.placeDistance, count: Self.entrySize)
      guard let found = Self.decode(bytes), found > offset ?? -1 else { continue }
      offset = found
      nextPlace = 1 - place
    }
    guard offset == nil else { return }
    // So that no later flush lacks space for it, where the file system can do that.
    do { try file.allocate(from: 0, count: 2 * Self.placeDistance) } catch {
      if error.isOutOfSpace { throw error }
    }
    guard isNew else { return }
    offset = 0
    try advanced(to: 0).write()
    try fileSystem.syncDirectory(fileSystem.parent(of: path))
  }

  private static func decode(_ bytes: [UInt8]) -> Int64? {
    var reader = ByteReader(bytes.rawSpan)
    guard let offset = try? reader.int64(), let crc = try? reader.uint32(), offset >= 0,
      CRC32C.checksum(bytes.rawSpan.extracting(0..<8)) == crc
    else { return nil }
    return offset
  }

  /// What is to be written when all before `offset` is flushed.
  func advanced(to offset: Int64) -> Advance {
    Advance(file: file, place: nextPlace, offset: offset)
  }

  mutating func apply(_ advance: Advance) {
    offset = advance.offset
    nextPlace = 1 - advance.place
  }

  /// What makes an entry whose writing failed count no more: the log is taken back to `offset`.
  var withdrawal: Withdrawal { Withdrawal(file: file, place: nextPlace) }

  struct Withdrawal: Sendable {
    let file: LogFile
    let place: Int

    /// Clears the place and makes that durable.
    func write() throws(FileError) {
      let nothing = [UInt8](repeating: 0, count: FlushedEnd.entrySize)
      try file.write(nothing.rawSpan, at: Int64(place) * FlushedEnd.placeDistance)
      try file.sync()
    }
  }

  struct Advance: Sendable {
    let file: LogFile
    let place: Int
    let offset: Int64

    /// Writes it and makes it durable.
    ///
    /// - Throws: `FileError`. One that does not pass is that of a sync, whatever call failed: the
    ///   flush that it ends has failed. After one that passes the flush is made again.
    func write() throws(FileError) {
      var writer = ByteWriter(reserving: FlushedEnd.entrySize)
      writer.int64(offset)
      let bytes = writer.finish()
      var entry = ByteWriter(reserving: FlushedEnd.entrySize)
      entry.raw(bytes)
      entry.uint32(CRC32C.checksum(bytes.rawSpan))
      let entryBytes = entry.finish()
      do throws(FileError) {
        try file.write(entryBytes.rawSpan, at: Int64(place) * FlushedEnd.placeDistance)
        try file.sync()
      } catch {
        throw error.isPassing ? error : FileError(.sync, error.path, code: error.code)
      }
    }
  }
}
