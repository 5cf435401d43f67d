/// A range of a segment's file, to be sent as it is. Holding it keeps the file open, so that it
/// stays readable once the segment is deleted.
public struct LogSlice: Sendable {
  public let file: LogFile
  /// In bytes from the start of the file; where a batch starts.
  public let position: Int64
  /// In bytes; the end need not be the end of a batch, as in Kafka.
  public let count: Int

  public init(file: LogFile, position: Int64, count: Int) {
    self.file = file
    self.position = position
    self.count = count
  }
}
