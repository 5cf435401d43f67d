/// What clients were promised, and what they saw, of each partition of one topic.
struct Ledger {
  struct Partition {
    /// The value of the record at an offset, as an acknowledgement promised or a consumer read it.
    var values: [Int64: RecordName] = [:]
    /// Where an acknowledged record is.
    var acknowledged: [RecordName: Int64] = [:]
    /// Records that were sent and may be there: no answer said that they are not.
    var sent: Set<RecordName> = []
  }

  /// Names a record: which producer, and which of its records in this partition.
  struct RecordName: Hashable {
    var producer: Int
    var index: Int64

    /// As its value says it: `3/17`.
    var text: String { "\(producer)/\(index)" }

    init(producer: Int, index: Int64) {
      self.producer = producer
      self.index = index
    }

    init?(_ text: Substring) {
      let parts = text.split(separator: "/", maxSplits: 2)
      guard parts.count >= 2, let producer = Int(parts[0]), let index = Int64(parts[1]) else {
        return nil
      }
      self.init(producer: producer, index: index)
    }
  }

  var partitions: [Partition]
  /// What is wrong, in words; the first is enough.
  private(set) var failure: String?
  private(set) var acknowledgedCount = 0
  private(set) var readCount = 0

  init(partitions: Int) {
    self.partitions = Array(repeating: Partition(), count: partitions)
  }

  mutating func fail(_ text: String) { if failure == nil { failure = text } }

  // MARK: Producers

  mutating func sent(_ record: RecordName, partition: Int) {
    partitions[partition].sent.insert(record)
  }

  /// - Parameter offset: −1 where the broker did not say it (a duplicate).
  mutating func acknowledged(_ record: RecordName, partition: Int, at offset: Int64) {
    acknowledgedCount += 1
    guard offset >= 0 else {
      partitions[partition].acknowledged[record] = -1
      return
    }
    partitions[partition].acknowledged[record] = offset
    note(record, partition: partition, at: offset, "acknowledged")
  }

  // MARK: Consumers

  mutating func read(_ text: String, partition: Int, at offset: Int64) {
    readCount += 1
    guard let record = RecordName(Substring(text)) else {
      return fail("partition \(partition), offset \(offset): a record that nobody sent: \(text)")
    }
    guard partitions[partition].sent.contains(record) else {
      return fail("partition \(partition), offset \(offset): \(record.text) was never sent")
    }
    note(record, partition: partition, at: offset, "read")
  }

  private mutating func note(
    _ record: RecordName, partition: Int, at offset: Int64, _ what: String
  ) {
    if let before = partitions[partition].values[offset] {
      if before != record {
        fail(
          "partition \(partition), offset \(offset): \(record.text) was \(what), where"
            + " \(before.text) was acknowledged or read before")
      }
      return
    }
    partitions[partition].values[offset] = record
  }

  // MARK: The end

  /// Compares all that is there with all that was promised: each acknowledged record at its offset,
  /// once, and those of a producer in their order.
  ///
  /// - Parameter stored: Of each partition, from its start: offsets and values.
  mutating func check(_ stored: [[(offset: Int64, text: String)]], isIdempotent: Bool) {
    for (index, records) in stored.enumerated() {
      var places: [RecordName: Int64] = [:]
      var newest: [Int: Int64] = [:]
      var last: Int64 = -1
      for (offset, text) in records {
        if offset <= last { fail("partition \(index): offset \(offset) comes after \(last)") }
        last = offset
        guard let record = RecordName(Substring(text)) else { continue }
        let before = places.updateValue(offset, forKey: record)
        guard isIdempotent else { continue }
        if let before {
          fail("partition \(index): \(record.text) is there twice, at \(before) and \(offset)")
        }
        if let earlier = newest[record.producer], earlier > record.index {
          fail("partition \(index), offset \(offset): \(record.text) comes after \(earlier)")
        }
        newest[record.producer] = record.index
      }
      let found = Dictionary(uniqueKeysWithValues: records.map { ($0.offset, $0.text) })
      for (offset, record) in partitions[index].values.sorted(by: { $0.key < $1.key }) {
        guard let text = found[offset] else {
          fail("partition \(index): \(record.text), acknowledged or read at \(offset), is gone")
          break
        }
        if RecordName(Substring(text)) != record {
          fail("partition \(index), offset \(offset): \(text) is where \(record.text) was")
        }
      }
      let lost = partitions[index].acknowledged.keys.filter { places[$0] == nil }
      if let first = lost.min(by: { ($0.producer, $0.index) < ($1.producer, $1.index) }) {
        fail("partition \(index): \(first.text) was acknowledged and is nowhere")
      }
    }
  }
}
