import EventLoop
import FoundationEssentials
import Glibc
import LoadModel

/// The control lane: the same few steps in every version of Weir, whatever is under test.
///
/// A unit of work is what a broker does with a batch, without a broker: a walk over 8 KiB, a write
/// of 16 KiB to a small file that is written round and round, and 16 KiB through a socket. Where
/// its figures differ, it was the machine. What it does must stay as it is; a change of it raises
/// `ControlSample.currentVersion`.
///
/// - Isolation: one thread.
final class ControlWorkload {
  private static let blockBytes = 16_384
  private static let walkWords = 1_024
  private static let fileBytes = 4 << 20

  private let file: Int32
  private let sockets: (Int32, Int32)
  private var block = (0..<UInt64(blockBytes / 8)).map { $0 &* 0x9e37_79b9_7f4a_7c15 }
  private var received = [UInt8](repeating: 0, count: blockBytes)
  private var units = 0

  /// - Parameter directory: Where its file is; the file has no name and goes with this.
  /// - Throws: `.usage` where nothing can be written there.
  init(directory: String) throws(RunError) {
    let path = "\(directory)/control-\(getpid())"
    let file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw .usage(
        "\(directory): the control lane cannot write there: \(BenchmarkRun.words(errno))")
    }
    unsafe unlink(path)
    var pair = [Int32](repeating: -1, count: 2)
    guard unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0 else {
      close(file)
      throw .load("the control lane gets no sockets: \(BenchmarkRun.words(errno))")
    }
    self.file = file
    sockets = (pair[0], pair[1])
  }

  deinit {
    close(file)
    close(sockets.0)
    close(sockets.1)
  }

  /// Does so many units, and tells what they took.
  func measure(units count: Int) -> ControlSample {
    let (cpu, wall) = (Thread.currentCPUNanos, EventLoop.currentTime.nanoseconds)
    for _ in 0..<count { unit() }
    let cpuNanos = Double(Thread.currentCPUNanos - cpu)
    let wallNanos = Double(max(1, EventLoop.currentTime.nanoseconds - wall))
    let work = Double(max(1, count))
    return ControlSample(
      unitsPerS: work / wallNanos * 1e9, cpuSPerMillion: cpuNanos / work / 1e9 * 1e6)
  }

  /// Slices of so many units, each measured by itself.
  func slices(_ count: Int, units: Int) -> [ControlSample] {
    (0..<count).map { _ in measure(units: units) }
  }

  private func unit() {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in 0..<Self.walkWords { hash = (hash ^ block[index]) &* 0x100_0000_01b3 }
    block[units % Self.walkWords] = hash
    let position = units * Self.blockBytes % Self.fileBytes
    units += 1
    unsafe block.withUnsafeBytes { bytes in
      _ = unsafe pwrite(file, bytes.baseAddress, Self.blockBytes, position)
      _ = unsafe write(sockets.0, bytes.baseAddress, Self.blockBytes)
    }
    var rest = Self.blockBytes
    while rest > 0 {
      let count = unsafe received.withUnsafeMutableBytes { bytes in
        unsafe read(sockets.1, bytes.baseAddress, rest)
      }
      guard count > 0 else { return }
      rest -= count
    }
  }
}
