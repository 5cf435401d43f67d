import BrokerCore

/// Jobs that wait for a thread of the disk pool: a queue for each priority.
struct DiskQueue {
  /// After so many jobs in a row that an older one of a lower priority had to wait for, that one is
  /// next: a steady load of flushes does not hold deletions up for ever.
  static let mostBefore = 16

  private struct Waiting {
    var jobs: [@Sendable () -> Void] = []
    var head = 0

    var count: Int { jobs.count - head }

    mutating func next() -> (@Sendable () -> Void)? {
      guard head < jobs.count else { return nil }
      let job = jobs[head]
      jobs[head] = {}
      head += 1
      if head == jobs.count {
        jobs.removeAll(keepingCapacity: jobs.count <= 1_024)
        head = 0
      }
      return job
    }
  }

  private var queues = DiskPriority.allCases.map { _ in Waiting() }
  /// How many jobs of each priority were passed over in a row.
  private var passedOver = DiskPriority.allCases.map { _ in 0 }

  var count: Int { queues.reduce(0) { $0 + $1.count } }

  mutating func add(_ priority: DiskPriority, _ job: @escaping @Sendable () -> Void) {
    queues[priority.rawValue].jobs.append(job)
  }

  /// Takes the job that is next.
  mutating func next() -> (@Sendable () -> Void)? {
    let waiting = queues.indices.filter { queues[$0].count > 0 }
    guard let first = waiting.first else { return nil }
    let chosen = waiting.last { passedOver[$0] >= Self.mostBefore } ?? first
    for other in waiting where other > chosen { passedOver[other] += 1 }
    passedOver[chosen] = 0
    return queues[chosen].next()
  }
}
