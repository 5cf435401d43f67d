import CommitLog
import Foundation
import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

/// A broker's lives on one disk, each of which a power cut may end at any call of the file system,
/// and a ledger of what its clients were promised.
final class PowerCutRun {
  struct Violation: Error, CustomStringConvertible { var description: String }

  static let properties = [
    "offsets.topic.num.partitions": "2", "offsets.topic.segment.bytes": "3000",
    "group.initial.rebalance.delay.ms": "0", "log.retention.check.interval.ms": "1000",
    "log.flush.offset.checkpoint.interval.ms": "3000", "log.segment.delete.delay.ms": "2000",
  ]

  let directory = NSTemporaryDirectory() + "weir-power-\(UInt64.random(in: 0 ... .max))"
  let disk = FaultInjectingFileSystem(plan: FaultPlan())
  var plan: FaultPlan { disk.plan }
  var ledger = PowerCutLedger()
  var random: SeededGenerator
  private var current: TestBroker?
  private var count = 0

  init(seed: UInt64) { random = SeededGenerator(state: seed) }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  func fail(_ text: String) -> Violation { Violation(description: text) }

  // MARK: Lives

  var broker: TestBroker {
    get throws {
      guard let current else { throw fail("no broker runs") }
      return current
    }
  }

  /// Runs a life to its end, or to the power cut in it.
  func live(_ body: () throws -> Void) throws {
    do {
      current = try TestBroker(
        Self.properties, directory: directory, plan: plan, nowMs: ledger.nowMs)
      try broker.runDisk()
      if !plan.isPowerOff { try body() }
    } catch {
      guard plan.isPowerOff else { throw error }
    }
    noteDeleted()
    if let current { ledger.nowMs = current.nowMs + 1 }
    current?.abandon()
    current = nil
  }

  /// What retention took while the broker ran may be gone. Of a topic without it, nothing is.
  private func noteDeleted() {
    guard let image = current?.node.currentImage else { return }
    for (name, topic) in image.topicsByName
    where ledger.topics[name]?.id == topic.id && ledger.topics[name]?.hasRetention == true {
      for partition in topic.partitions {
        let start = partition.state.withLock { $0.log?.logStartOffset }
        let index = Int(partition.index)
        guard let start, index < ledger.topics[name]?.partitions.count ?? 0 else { continue }
        ledger.topics[name]?.partitions[index].deletedEnd = start
      }
    }
  }

  func advance(ms: Int64) throws {
    try broker.advance(ms: ms)
    noteDeleted()
    if plan.isPowerOff { throw fail("the power is off") }
  }

  /// Makes of the disk what a power cut leaves.
  func losePower(_ survivors: PowerCutSurvivors) throws {
    try disk.cutPower(survivors, using: &random)
    for (name, topic) in ledger.topics where !topic.isFlushed {
      for partition in topic.partitions.indices {
        ledger.topics[name]?.partitions[partition].promisedEnd = 0
      }
    }
  }

  // MARK: What clients do

  func create(_ name: String, partitions: Int, _ configs: [String: String]) throws {
    let topic = PowerCutLedger.Topic(
      id: .zero, isFlushed: configs["flush.messages"] == "1",
      hasRetention: configs["retention.bytes"] != nil,
      partitionCounts: partitions...partitions,
      partitions: Array(repeating: .init(), count: partitions))
    ledger.asked[name] = topic
    let id = try broker.createTopic(name, partitions: Int32(partitions), configs: configs)
    ledger.asked[name] = nil
    ledger.topics[name] = topic
    ledger.topics[name]?.id = id
  }

  func grow(_ name: String, to count: Int) throws {
    let least = ledger.topics[name]?.partitionCounts.lowerBound ?? count
    ledger.topics[name]?.partitionCounts = least...count
    let answer = try broker.send(
      CreatePartitionsRequest(topics: [
        .init(name: name, count: Int32(count), assignments: nil)
      ]), version: 3)
    guard answer.results[0].errorCode == .none else {
      throw fail("\(name) does not grow: \(answer.results[0].errorCode)")
    }
    ledger.topics[name]?.partitionCounts = count...count
    while let known = ledger.topics[name]?.partitions.count, known < count {
      ledger.topics[name]?.partitions.append(.init())
    }
  }

  func delete(_ name: String) throws {
    guard let id = ledger.topics[name]?.id else { return }
    ledger.topics[name]?.isDeletionAsked = true
    let answer = try broker.send(DeleteTopicsRequest(topicNames: [name]), version: 5)
    guard answer.responses[0].errorCode == .none else {
      throw fail("\(name) is not deleted: \(answer.responses[0].errorCode)")
    }
    ledger.deleted.insert(id)
    ledger.topics[name] = nil
  }

  /// Values of very different sizes: some batches lie in one page of the disk, some in several.
  private func values() -> [String] {
    (0..<Int.random(in: 1...3, using: &random)).map { _ in
      count += 1
      let size = [0, 200, 1_500, 5_000].randomElement(using: &random) ?? 0
      return "\(count)/" + String(repeating: ["a", "b", "c"][count % 3], count: size)
    }
  }

  func produce(to name: String, _ partition: Int = 0, acks: Int16 = 1) throws {
    guard partition < ledger.topics[name]?.partitions.count ?? 0 else { return }
    let values = values()
    let base = ledger.sent(values, to: name, partition)
    try acknowledge(
      Batch.of(values, timestamp: broker.nowMs), at: base, count: values.count, name, partition,
      acks: acks)
  }

  /// Produces with the newest producer id, in sequence.
  func produceInSequence(to name: String, _ partition: Int = 0) throws {
    let last = ledger.topics[name]?.partitions[partition].lastBatch
    let sequence = last.map { $0.sequence + Int32($0.values.count) } ?? 0
    let values = values()
    let base = ledger.sent(values, to: name, partition)
    ledger.topics[name]?.partitions[partition].lastBatch = (values, sequence, base)
    try acknowledge(
      Batch.idempotent(values, producerId: 0, sequence: sequence), at: base, count: values.count,
      name, partition, acks: -1)
  }

  /// Sends the last batch of the producer again, as it does where it got no answer: the batch is
  /// there once.
  func resend(to name: String, _ partition: Int) throws {
    guard let known = ledger.topics[name]?.partitions[partition], let last = known.lastBatch
    else { return }
    // The start may have kept it, or lost it with all that was not promised.
    if last.baseOffset == known.end { _ = ledger.sent(last.values, to: name, partition) }
    try acknowledge(
      Batch.idempotent(last.values, producerId: 0, sequence: last.sequence), at: last.baseOffset,
      count: last.values.count, name, partition, acks: -1)
  }

  private func acknowledge(
    _ batch: [UInt8], at base: Int64, count: Int, _ name: String, _ partition: Int, acks: Int16
  ) throws {
    let answer = try broker.produce(batch, to: name, partition: Int32(partition), acks: acks)
    if plan.isPowerOff, answer.errorCode != .none { throw fail("the power is off") }
    guard answer.errorCode == .none, answer.baseOffset == base else {
      throw fail(
        "\(name)-\(partition): \(answer.errorCode) at offset \(answer.baseOffset), not \(base)")
    }
    let before = ledger.topics[name]?.partitions[partition].promisedEnd ?? 0
    ledger.topics[name]?.partitions[partition].promisedEnd = max(before, base + Int64(count))
  }

  func newProducerId() throws {
    let id = try broker.send(InitProducerIdRequest(transactionalId: nil), version: 4).producerId
    guard id > ledger.newestProducerId else {
      throw fail("producer id \(id) is handed out again, after \(ledger.newestProducerId)")
    }
    ledger.newestProducerId = id
  }

  func commit(_ offset: Int64, group: String, partition: Int32) throws {
    let key = "\(group)/\(partition)"
    ledger.commits[key, default: .init()].offsets.append(offset)
    let answer = try broker.commit(offset, group: group, topic: "flushed", partition: partition)
    if plan.isPowerOff, answer != .none { throw fail("the power is off") }
    guard answer == .none else { throw fail("\(group) cannot commit: \(answer)") }
    if ledger.areCommitsFlushed {
      let count = ledger.commits[key]?.offsets.count ?? 1
      ledger.commits[key]?.promisedIndex = count - 1
    }
  }

  func flushCommits() throws {
    let answer = try broker.send(
      IncrementalAlterConfigsRequest(resources: [
        .init(
          resourceType: 2, resourceName: "__consumer_offsets",
          configs: [.init(name: "flush.messages", value: "1")])
      ]), version: 1)
    guard answer.responses[0].errorCode == .none else {
      throw fail("flush.messages cannot be set: \(answer.responses[0].errorCode)")
    }
    ledger.areCommitsFlushed = true
  }

  /// One member joins a new group, gets its assignment and commits nothing.
  func join() throws {
    count += 1
    let group = "joined-\(count)"
    var request = JoinGroupRequest(
      groupId: group, sessionTimeoutMs: 10_000, rebalanceTimeoutMs: 20_000,
      protocolType: "consumer", protocols: [.init(name: "range", metadata: [1, 2])])
    request.memberId = try broker.send(request, version: 9).memberId
    let joined = try broker.send(request, version: 9)
    if plan.isPowerOff { throw fail("the power is off") }
    guard joined.errorCode == .none else { throw fail("\(group): \(joined.errorCode)") }
    let synced = try broker.send(
      SyncGroupRequest(
        groupId: group, generationId: joined.generationId, memberId: joined.memberId,
        protocolType: "consumer", protocolName: "range",
        assignments: [.init(memberId: joined.memberId, assignment: [3])]), version: 5)
    if plan.isPowerOff { throw fail("the power is off") }
    guard synced.errorCode == .none else { throw fail("\(group): \(synced.errorCode)") }
  }
}
