import EventLoop
import KafkaClient
import LoadModel
import Transport

/// All that read in one measurement.
protocol ReadingFleet: AnyObject {
  var threads: LoadThreads { get }
  /// Moves the window, where it was not known at the start.
  ///
  /// - Returns: From each reader: true where it knew the window before that began.
  func measure(_ window: MeasureWindow) -> [Reply<Bool>]
  /// Reads on to these end offsets.
  func finish(at ends: [TopicPartition: Int64])
  /// Ends now, complete or not.
  func stop()
  var isFinished: Bool { get }
  /// Why a consumer ended before its time.
  var failure: ClientError? { get }
  func results() -> [ConsumerOutcome]
  func stopThreads()
}

/// All consumers of one measurement; partition p belongs to consumer p modulo their number.
final class ConsumerFleet: ReadingFleet {
  typealias Driver = ConsumerDriver<EventLoop>
  let threads: LoadThreads
  private let drivers: [LoopBound<Driver>]
  private let outcomes: [Reply<ConsumerOutcome>]

  /// Makes the consumers and has them read from the partitions' first offsets on.
  init(
    _ plan: MeasurementPlan, count: Int, window: MeasureWindow, shared: SharedLoad
  ) throws(RunError) {
    let used = max(1, min(count, plan.partitions))
    threads = try LoadThreads(role: "c", count: used, cores: plan.cores)
    drivers = (0..<used).map { _ in LoopBound() }
    outcomes = (0..<used).map { _ in Reply() }
    // Of a topic that was there before, the records of this run alone are read beside producing.
    let start: StartPosition =
      plan.isExistingTopic && plan.workload.mode == .both ? .latest : .earliest
    let ready = (0..<used).map { _ in Reply<ClientError?>() }
    for (index, driver) in drivers.enumerated() {
      let partitions = stride(from: index, to: plan.partitions, by: used).map {
        TopicPartition(topic: plan.topic, partition: Int32($0))
      }
      let (opened, outcome) = (ready[index], outcomes[index])
      threads[index].post { loop in
        let checker = RecordChecker(
          producers: max(1, plan.workload.producers), partitions: plan.partitions,
          codec: plan.codec)
        let made = Driver(
          transport: loop, config: plan.consumerConfig, checker: checker, shared: shared)
        driver.value = made
        made.start(partitions, at: start, window: window) {
          opened.set($0)
        } finished: {
          outcome.set($0)
        }
      }
    }
    var problem: RunError?
    for reply in ready {
      switch reply.wait(seconds: 90) {
      case .some(let error?): problem = problem ?? .target("a consumer cannot start: \(error)")
      case .some(nil): break
      case .none: problem = problem ?? .target("a consumer could not start within 90 s")
      }
    }
    if let problem {
      stopThreads()
      throw problem
    }
  }

  func measure(_ window: MeasureWindow) -> [Reply<Bool>] {
    threads.ask(drivers, whereGone: true) { $0.measure(window) }
  }

  func finish(at ends: [TopicPartition: Int64]) {
    for (index, driver) in drivers.enumerated() {
      threads[index].post { _ in driver.value?.finish(at: ends) }
    }
  }

  func stop() {
    for (index, driver) in drivers.enumerated() {
      threads[index].post { _ in driver.value?.stop() }
    }
  }

  var isFinished: Bool { outcomes.allSatisfy { $0.isSet } }

  var failure: ClientError? {
    for outcome in outcomes where outcome.isSet {
      if let error = outcome.wait(seconds: 0)?.failure { return error }
    }
    return nil
  }

  func results() -> [ConsumerOutcome] { outcomes.compactMap { $0.wait(seconds: 0) } }

  func stopThreads() {
    for (index, driver) in drivers.enumerated() { threads[index].post { _ in driver.value = nil } }
    threads.stop()
  }
}
