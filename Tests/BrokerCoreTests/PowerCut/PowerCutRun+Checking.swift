import CommitLog
import KafkaFormat
import KafkaMessages

@testable import BrokerCore

/// What must hold after a start.
extension PowerCutRun {
  /// Compares the broker with the ledger, which then follows what is left of what was not promised.
  func check() throws {
    try checkNotices()
    try checkTopics()
    for name in ledger.topics.keys.sorted() {
      for partition in ledger.topics[name]?.partitions.indices ?? 0..<0 {
        try checkRecords(name, partition)
      }
    }
    try checkCommits()
  }

  /// Damage that the start reports as a loss of what had been flushed would be a wrong alarm.
  private func checkNotices() throws {
    for notice in try broker.node.takeNotices()
    where notice.text.contains("cannot be opened") || notice.text.contains("hold records") {
      throw fail(notice.text)
    }
  }

  private func checkTopics() throws {
    let found = try broker.send(MetadataRequest(topics: nil), version: 12).topics
    for topic in found where topic.name != "__consumer_offsets" {
      let name = topic.name ?? ""
      if ledger.deleted.contains(topic.topicId) { throw fail("\(name) is deleted, and is back") }
      if ledger.topics[name]?.id == topic.topicId { continue }
      guard var asked = ledger.asked[name] else { throw fail("\(name) was never asked for") }
      asked.id = topic.topicId
      ledger.topics[name] = asked
    }
    ledger.asked = [:]
    for (name, topic) in ledger.topics {
      guard let there = found.first(where: { $0.topicId == topic.id }) else {
        guard topic.isDeletionAsked else { throw fail("\(name) is gone") }
        ledger.topics[name] = nil
        continue
      }
      let count = there.partitions.count
      guard topic.partitionCounts.contains(count) else {
        throw fail("\(name) has \(count) partitions, not \(topic.partitionCounts)")
      }
      ledger.topics[name]?.isDeletionAsked = false
      ledger.topics[name]?.partitionCounts = count...count
      while let known = ledger.topics[name]?.partitions.count, known < count {
        ledger.topics[name]?.partitions.append(.init())
      }
    }
  }

  // MARK: Records

  private func checkRecords(_ name: String, _ partition: Int) throws {
    guard let known = ledger.topics[name]?.partitions[partition] else { return }
    let place = "\(name)-\(partition)"
    let start = try offset(name, partition, timestamp: -2)
    let end = try offset(name, partition, timestamp: -1)
    if let topic = ledger.topics[name], topic.isFlushed, !topic.hasRetention, start != 0 {
      throw fail("\(place) starts at \(start), and nothing may have been deleted")
    }
    if end > known.end { throw fail("\(place) ends at \(end), and \(known.end) was sent") }
    if end < known.promisedEnd {
      throw fail("\(place) ends at \(end), and all before \(known.promisedEnd) was promised")
    }
    let found = try records(name, partition, from: start, to: end)
    for (offset, value) in found where known.values[offset] != value {
      throw fail(
        "\(place) has at offset \(offset) \(value.prefix(20)), and"
          + " \(known.values[offset]?.prefix(20) ?? "nothing") was sent")
    }
    for offset in stride(from: known.deletedEnd, to: known.promisedEnd, by: 1)
    where found[offset] == nil && known.values[offset] != nil {
      throw fail("\(place) has lost offset \(offset), of \(start)..<\(end)")
    }
    ledger.topics[name]?.partitions[partition].lose(from: end)
    // A consumer has read them now.
    if ledger.topics[name]?.isFlushed == true {
      ledger.topics[name]?.partitions[partition].promisedEnd = end
    }
    for offset in stride(from: known.deletedEnd, to: end, by: 1) where found[offset] == nil {
      ledger.topics[name]?.partitions[partition].values[offset] = nil
    }
  }

  private func offset(_ name: String, _ partition: Int, timestamp: Int64) throws -> Int64 {
    let answer = try broker.offset(name, timestamp: timestamp, partition: Int32(partition))
    if plan.isPowerOff, answer.errorCode != .none { throw fail("the power is off") }
    guard answer.errorCode == .none else {
      throw fail("\(name)-\(partition) has no offsets: \(answer.errorCode)")
    }
    return answer.offset
  }

  private func records(_ name: String, _ partition: Int, from start: Int64, to end: Int64) throws
    -> [Int64: String]
  {
    var found: [Int64: String] = [:]
    var next = start
    while next < end {
      let answer = try broker.fetch(
        name, partition: Int32(partition), from: next, partitionMaxBytes: 20_000)
      if plan.isPowerOff { throw fail("the power is off") }
      guard answer.errorCode == .none else {
        throw fail("\(name)-\(partition) cannot be read at \(next): \(answer.errorCode)")
      }
      let before = next
      let bytes = answer.records ?? []
      var position = 0
      while bytes.count - position >= RecordBatchHeader.size {
        let rest = bytes.rawSpan.extracting(position..<bytes.count)
        let header = try RecordBatchHeader(rest)
        guard header.sizeInBytes <= rest.byteCount else { break }
        let batch = rest.extracting(0..<header.sizeInBytes)
        guard RecordBatch.checksum(of: batch) == header.crc else {
          throw fail("\(name)-\(partition) serves a damaged batch at \(header.baseOffset)")
        }
        var reader = RecordReader(
          batch.extracting(RecordBatchHeader.size..<batch.byteCount),
          count: Int(header.recordCount))
        while let record = try reader.next() {
          guard let value = record.value else { continue }
          let offset = header.baseOffset + Int64(record.offsetDelta)
          if offset >= start {
            found[offset] = String(decoding: [UInt8](copying: value), as: UTF8.self)
          }
        }
        position += header.sizeInBytes
        next = header.nextOffset
      }
      // The log ends with a gap, of records that were not promised.
      if next == before { return found }
    }
    return found
  }

  // MARK: Groups

  private func checkCommits() throws {
    let image = try broker.node.currentImage
    guard image.offsetsTopic != nil else {
      if ledger.commits.values.contains(where: { $0.promisedIndex != nil }) {
        throw fail("__consumer_offsets is gone")
      }
      ledger.areCommitsFlushed = false
      return
    }
    ledger.areCommitsFlushed =
      image.offsetsTopic?.overrides["flush.messages"] == "1"
    let groups = Set(ledger.commits.keys.map { String($0.split(separator: "/")[0]) })
    for group in groups.sorted() {
      let (error, found) = try broker.committed(group)
      if plan.isPowerOff { throw fail("the power is off") }
      guard error == .none else { throw fail("\(group) has no offsets: \(error)") }
      for key in ledger.commits.keys.sorted() where key.hasPrefix(group + "/") {
        try checkCommit(key, found)
      }
    }
  }

  private func checkCommit(_ key: String, _ found: [String]) throws {
    guard let known = ledger.commits[key] else { return }
    let name = "flushed-\(key.split(separator: "/")[1])="
    let text = found.first { $0.hasPrefix(name) }?.dropFirst(name.count)
    guard let offset = text.flatMap({ Int64($0) }) else {
      if known.promisedIndex != nil { throw fail("what \(key) committed is gone") }
      ledger.commits[key]?.offsets = []
      return
    }
    guard let index = known.offsets.lastIndex(of: offset), index >= known.promisedIndex ?? 0 else {
      throw fail("\(key) has \(offset), of \(known.offsets) from \(known.promisedIndex ?? 0) on")
    }
    ledger.commits[key] = .init(
      offsets: [offset], promisedIndex: known.promisedIndex == nil ? nil : 0)
  }
}
