import KafkaFormat

/// A whole frame, the four bytes of its size included, save the runs of record bytes that lie
/// elsewhere: batches of a producer, ranges of a log.
///
/// Sent as  bytes[ranges[0]] run 0 bytes[ranges[1]] run 1 … run n−1 bytes[ranges[n]]
///
/// The last range is empty where the frame ends with record bytes; a run is never empty.
public struct SplitFrame: Sendable {
  public let bytes: [UInt8]
  /// Where a run goes in, as positions in `bytes`, ascending; the runs are in the order in which
  /// their partitions were written.
  public let splits: [Int]
  /// All that goes out: `bytes` and the runs.
  public let totalSize: Int

  /// How many ranges of `bytes` there are: one more than runs.
  public var rangeCount: Int { splits.count + 1 }

  /// The bytes between run `index - 1` and run `index`.
  public func range(_ index: Int) -> Range<Int> {
    let start = index == 0 ? 0 : splits[index - 1]
    let end = index == splits.count ? bytes.count : splits[index]
    return start..<end
  }
}

/// Writes a frame with gaps for record bytes.
struct SplitFrameWriter: ~Copyable {
  var writer: ByteWriter
  private var splits: [Int] = []
  private var runsSize = 0

  /// Room for the frame's size is written.
  init(reserving capacity: Int) {
    writer = ByteWriter(reserving: capacity)
    writer.int32(0)
  }

  /// The length of a records field (`nil`: null) and the gap that its bytes go into.
  mutating func records(size: Int?, compact: Bool) {
    writer.wideLength(size, compact: compact)
    guard let size, size > 0 else { return }
    splits.append(writer.count)
    runsSize += size
  }

  /// The size of the frame is patched in.
  ///
  /// - Precondition: the frame fits Kafka's 32-bit size.
  consuming func finish() -> SplitFrame {
    let total = writer.count + runsSize
    writer.patchInt32(Int32(total - 4), at: 0)
    return SplitFrame(bytes: writer.finish(), splits: splits, totalSize: total)
  }
}
