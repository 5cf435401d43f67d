import KafkaFormat

/// Walks the heads of the batches in a log file, several to a read where they are small.
struct BatchScanner {
  /// Enough for all batches between two entries of an index.
  static let usualChunkSize = 8192

  let file: LogFile
  /// Where whole batches end.
  let end: Int64
  /// Where the next batch starts.
  private(set) var position: Int64
  private let chunkSize: Int
  private var chunk: [UInt8] = []
  private var chunkStart: Int64 = 0

  init(
    _ file: LogFile, from position: Int64, to end: Int64,
    chunkSize: Int = BatchScanner.usualChunkSize
  ) {
    self.chunkSize = chunkSize
    self.file = file
    self.position = position
    self.end = end
  }

  /// The head of the next batch and its position; nil at the end, also where what is left is no
  /// whole batch.
  mutating func next() throws(LogError) -> (header: RecordBatchHeader, position: Int64)? {
    let size = Int64(RecordBatchHeader.size)
    guard end - position >= size else { return nil }
    if position < chunkStart || position + size > chunkStart + Int64(chunk.count) {
      do {
        let wanted = min(Int64(chunkSize), end - position)
        chunk = try file.read(at: position, count: Int(wanted))
      } catch { throw LogError(error) }
      chunkStart = position
      if chunk.count < RecordBatchHeader.size { return nil }
    }
    let start = Int(position - chunkStart)
    let header: RecordBatchHeader
    do {
      header = try RecordBatchHeader(
        chunk.rawSpan.extracting(start..<start + RecordBatchHeader.size))
    } catch {
      throw .corrupt("\(file.path): no batch at position \(position): \(error)")
    }
    guard Int64(header.sizeInBytes) <= end - position else { return nil }
    defer { position += Int64(header.sizeInBytes) }
    return (header, position)
  }
}
