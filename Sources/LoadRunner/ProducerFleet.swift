import EventLoop
import KafkaClient
import LoadModel
import Transport

/// All producers of one measurement, on their threads.
final class ProducerFleet {
  typealias Driver = ProducerDriver<EventLoop>
  let threads: LoadThreads
  private let drivers: [LoopBound<Driver>]
  private let outcomes: [Reply<Driver.Outcome>]
  var count: Int { drivers.count }

  /// Makes the producers, their payloads included, and connects them.
  init(
    _ plan: MeasurementPlan, count: Int, shared: SharedLoad
  ) throws(RunError) {
    threads = try LoadThreads(role: "p", count: count, cores: plan.cores)
    drivers = (0..<count).map { _ in LoopBound() }
    outcomes = (0..<count).map { _ in Reply() }
    let opened = (0..<count).map { _ in Reply<RunError?>() }
    for (index, driver) in drivers.enumerated() {
      let reply = opened[index]
      threads[index].post { loop in
        do {
          driver.value = try Self.make(plan, id: index, loop: loop, shared: shared)
          driver.value?.open(plan.topic) { error in
            reply.set(error.map { .target("producer \(index): \($0)") })
          }
        } catch let error as RunError {
          reply.set(error)
        } catch { reply.set(.usage("\(error)")) }
      }
    }
    var problem: RunError?
    for reply in opened {
      switch reply.wait(seconds: 90) {
      case .some(let error): problem = problem ?? error
      case .none: problem = problem ?? .target("a producer could not open the topic within 90 s")
      }
    }
    if let problem {
      stopThreads()
      throw problem
    }
  }

  private static func make(
    _ plan: MeasurementPlan, id: Int, loop: EventLoop, shared: SharedLoad
  ) throws -> Driver {
    let source = try RecordSource(
      plan.workload, producerId: id, partitions: plan.partitions, codec: plan.codec,
      seed: plan.seed, mayBeCompressed: plan.mayBeCompressed)
    return try Driver(
      transport: loop, config: plan.producerConfig, source: source, shared: shared)
  }

  /// - Parameter records: How many counted records all of them offer; nil: until the window ends.
  func start(_ window: MeasureWindow, records: Int64?, rate: LoadRate) {
    let count = Int64(drivers.count)
    for (index, driver) in drivers.enumerated() {
      let quota = records.map { $0 / count + (Int64(index) < $0 % count ? 1 : 0) }
      let schedule = rate.target.map {
        ArrivalSchedule(
          rate: $0, startNanos: window.startNanos, producer: index, of: Int(count))
      }
      let reply = outcomes[index]
      threads[index].post { _ in
        driver.value?.start(window: window, schedule: schedule, quota: quota) { reply.set($0) }
      }
    }
  }

  /// Gives all producers the window, where it was not known at the start.
  ///
  /// - Returns: From each: true where it knew the window before that began.
  func measure(_ window: MeasureWindow) -> [Reply<Bool>] {
    threads.ask(drivers, whereGone: true) { $0.measure(window) }
  }

  func stop() {
    for (index, driver) in drivers.enumerated() {
      threads[index].post { _ in driver.value?.stop() }
    }
  }

  /// Gives up what is not acknowledged.
  func abort() {
    for (index, driver) in drivers.enumerated() {
      threads[index].post { _ in driver.value?.abort() }
    }
  }

  /// All of them have ended.
  var isFinished: Bool { outcomes.allSatisfy { $0.isSet } }

  func results() -> [Driver.Outcome] { outcomes.compactMap { $0.wait(seconds: 0) } }

  func stopThreads() {
    for (index, driver) in drivers.enumerated() { threads[index].post { _ in driver.value = nil } }
    threads.stop()
  }
}
