/// Kafka's small text files: a version, a count, and so many lines of fields apart by one space.
enum CheckpointText {
  /// - Returns: The rows; nil if the version is not 0, the count does not match, or a row has not
  ///   `fields` fields.
  static func rows(_ bytes: [UInt8], fields: Int) -> [[String]]? {
    var lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    guard lines.count >= 2, lines[0].elementsEqual([48]),
      let count = Int(String(decoding: lines[1], as: UTF8.self)), count == lines.count - 2
    else { return nil }
    var rows: [[String]] = []
    rows.reserveCapacity(count)
    for line in lines.dropFirst(2) {
      let row = line.split(separator: 32).map { String(decoding: $0, as: UTF8.self) }
      guard row.count == fields else { return nil }
      rows.append(row)
    }
    return rows
  }
}
