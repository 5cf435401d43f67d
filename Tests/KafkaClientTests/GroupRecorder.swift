import KafkaFormat
import Transport

@testable import KafkaClient

/// Keeps what one member's delegate hears.
final class GroupRecorder<T: Transport>: GroupConsumerDelegate {
  /// What happened, in order: `assigned t-0 t-1`, `revoked t-0`, `lost`, `joined 3`.
  var events: [String] = []
  var values: [String] = []
  var byPartition: [TopicPartition: [Int64]] = [:]
  var failures: [ClientError] = []
  var commitFailures: [ClientError] = []
  var failure: ClientError?
  var onBatch: () -> Void = {}
  var onAssigned: ([PartitionHandle]) -> Void = { _ in }
  var onRevoked: ([PartitionHandle]) -> Void = { _ in }
  unowned var consumer: GroupConsumer<T>

  init(_ consumer: GroupConsumer<T>) {
    self.consumer = consumer
    consumer.delegate = self
  }

  func received(_ batch: borrowing FetchedBatch) {
    let name = consumer.topicPartition(batch.partition)
    var records = batch.records()
    do {
      while let record = try records.next() {
        let offset = batch.baseOffset + Int64(record.offsetDelta)
        if offset < batch.firstWantedOffset { continue }
        byPartition[name, default: []].append(offset)
        values.append(text(record.value))
      }
    } catch { failures.append(.malformedResponse("\(error)")) }
    onBatch()
  }

  private func note(_ what: String, _ partitions: [PartitionHandle]) {
    let names = partitions.map { consumer.topicPartition($0).description }
    events.append(([what] + names).joined(separator: " "))
  }

  func partitionsAssigned(_ partitions: [PartitionHandle]) {
    note("assigned", partitions)
    onAssigned(partitions)
  }

  func partitionsRevoked(_ partitions: [PartitionHandle]) {
    note("revoked", partitions)
    onRevoked(partitions)
  }

  func partitionsLost(_ partitions: [PartitionHandle]) { note("lost", partitions) }
  func joined(generation: Int32, memberId: String) { events.append("joined \(generation)") }
  func partitionFailed(_ partition: PartitionHandle, _ error: ClientError) {
    failures.append(error)
  }
  func autoCommitFailed(_ error: ClientError) { commitFailures.append(error) }
  func groupFailed(_ error: ClientError) { failure = error }

  var assigned: [TopicPartition] { consumer.assignment.map { consumer.topicPartition($0) } }
}
