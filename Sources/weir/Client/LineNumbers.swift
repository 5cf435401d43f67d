/// Which lines the records of one partition were, until it is known what became of them.
struct LineNumbers {
  /// The number of the first record that is not settled, among all of the partition.
  private var firstRecord: Int64 = 0
  /// Line numbers from that record on; those before `head` are settled.
  private var numbers: [Int] = []
  private var head = 0
  /// Batches that were settled before an earlier one: first record and count.
  private var early: [Int64: Int] = [:]

  mutating func append(_ line: Int) { numbers.append(line) }

  /// Settles the records of one batch.
  ///
  /// - Returns: Their lines.
  mutating func settle(first: Int64, count: Int) -> [Int] {
    let start = head + Int(first - firstRecord)
    guard first >= firstRecord, count > 0, start + count <= numbers.count else { return [] }
    let lines = Array(numbers[start..<start + count])
    early[first] = count
    while let next = early.removeValue(forKey: firstRecord) {
      head += next
      firstRecord += Int64(next)
    }
    // Shifted rarely, so that each number is moved a bounded number of times.
    if head >= 4096, head * 2 >= numbers.count {
      numbers.removeFirst(head)
      head = 0
    }
    return lines
  }
}
