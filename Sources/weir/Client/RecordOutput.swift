import KafkaClient
import KafkaFormat
import Transport

/// What `weir consume` prints, with a group and without: until there is enough, or nothing comes
/// for a while, or it cannot be written. Lives on its loop's thread.
final class RecordOutput {
  /// How much is printed, and how.
  struct Settings: Sendable {
    var format: RecordFormat
    var maxRecords: Int?
    /// nil waits for ever.
    var timeoutMs: Int64?
  }

  /// Called once, at the end.
  var onEnd: (Result<Void, any Error>) -> Void = { _ in }

  private let loop: ClientLoop.Loop
  private let timeoutMs: Int64?
  private var printer: RecordPrinter
  private var timer: TimerID?
  private var failure: OutputFailure?
  private(set) var isOver = false
  /// How many records are still to be printed.
  private(set) var left: Int

  init(_ loop: ClientLoop.Loop, _ settings: Settings) {
    self.loop = loop
    printer = RecordPrinter(format: settings.format)
    timeoutMs = settings.timeoutMs
    left = settings.maxRecords ?? .max
  }

  /// Takes the records of a batch that are still to be printed.
  ///
  /// - Returns: How many, and the offset after the last one.
  func append(
    _ batch: borrowing FetchedBatch, partition: Int32
  ) throws(FormatError) -> (count: Int, nextOffset: Int64) {
    let printed = try printer.append(batch, partition: partition, atMost: left)
    left -= printed.count
    return printed
  }

  /// Writes what was taken; ends where that cannot be done.
  ///
  /// - Returns: Whether all that was ever taken is written.
  func flush() -> Bool {
    if failure == nil { failure = printer.flush() }
    guard let failure else { return true }
    end(failure.isReaderGone ? .success(()) : .failure(failure))
    return false
  }

  /// A fetch is processed: its records go out.
  func fetchCompleted() {
    if !printer.isEmpty {
      guard flush() else { return }
      waitForRecords()
    }
    if left == 0 { end(.success(())) }
  }

  /// Starts the patience for the next record anew.
  func waitForRecords() {
    guard let timeoutMs, !isOver else { return }
    if let timer { loop.cancel(timer) }
    timer = loop.schedule(at: loop.now.adding(milliseconds: timeoutMs)) { [weak self] in
      self?.end(.success(()))
    }
  }

  func end(_ result: Result<Void, any Error>) {
    guard !isOver else { return }
    isOver = true
    left = 0
    if let timer { loop.cancel(timer) }
    let isWritten = flush()
    if case .success = result, !isWritten, let failure, !failure.isReaderGone {
      onEnd(.failure(failure))
    } else {
      onEnd(result)
    }
  }
}
