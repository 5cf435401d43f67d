/// Bytes that can be compressed to a target.
///
/// Sixteen random bytes, which no codec can shorten, are followed by as many repetitions of them
/// as the target asks for; a codec writes such a repetition in about three bytes, wherever a record
/// ends. So all codecs come near the same ratio, and records of other sizes too.
enum PayloadText {
  /// What a repetition costs a codec, in bytes.
  private static let matchCost = 3.0
  /// Bytes of each record that cannot be shortened, besides the payload: checksum, sequence, time
  /// and the record's own framing.
  private static let recordOverhead = 20.0

  /// The ratio of the payload by which the record as a whole reaches `target`.
  static func ratio(_ target: Double, recordSize: Int, form: StampForm) -> Double {
    guard target > 1, recordSize > 0 else { return 1 }
    let payload = Double(recordSize - form.bytesInValue)
    let allowed = Double(recordSize) / target - recordOverhead
    guard allowed > 0, payload > 0 else { return largest }
    return min(max(payload / allowed, 1), largest)
  }

  private static let largest = 400.0

  static func bytes(count: Int, seed: UInt64, ratio: Double) -> [UInt8] {
    var random = SeededRandom(seed: seed)
    let words = (count + 7) / 8
    var bytes = [UInt8](repeating: 0, count: words * 8)
    var target = bytes.mutableSpan
    var raw = unsafe target.mutableBytes  // bytes have no padding
    var word = 0
    var emitted = 0.0
    var cost = 0.0
    func store(_ value: UInt64, _ raw: inout MutableRawSpan) {
      raw.storeBytes(of: value, toByteOffset: word &* 8, as: UInt64.self)
      word &+= 1
    }
    while word < words {
      let first = random.next()
      let second = random.next()
      store(first, &raw)
      if word == words { break }
      store(second, &raw)
      emitted += 16
      cost += 16
      guard ratio > 1 else { continue }
      var repeated = Int((ratio * (cost + matchCost) - emitted) / 8)
      guard repeated > 0 else { continue }
      cost += matchCost
      emitted += Double(repeated * 8)
      var isSecond = false
      while repeated > 0, word < words {
        store(isSecond ? second : first, &raw)
        isSecond.toggle()
        repeated -= 1
      }
    }
    bytes.removeLast(words * 8 - count)
    return bytes
  }
}
