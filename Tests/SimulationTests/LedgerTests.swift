import Testing

@testable import Simulation

@Suite("what the simulator takes for wrong")
struct LedgerTests {
  private func ledger(_ count: Int) -> Ledger {
    var ledger = Ledger(partitions: 1)
    for index in 0..<count {
      let record = Ledger.RecordName(producer: 1, index: Int64(index))
      ledger.sent(record, partition: 0)
      ledger.acknowledged(record, partition: 0, at: Int64(index))
    }
    return ledger
  }

  private func failure(_ stored: [(offset: Int64, text: String)], isIdempotent: Bool = true)
    -> String?
  {
    var ledger = ledger(3)
    ledger.check([stored], isIdempotent: isIdempotent)
    return ledger.failure
  }

  @Test("all that was acknowledged at its offset is right")
  func right() {
    #expect(failure([(0, "1/0/x"), (1, "1/1/x"), (2, "1/2/x")]) == nil)
  }

  @Test("an acknowledged record that is gone, moved or changed is not")
  func lost() {
    #expect(failure([(0, "1/0/x"), (1, "1/1/x")])?.contains("is gone") == true)
    #expect(failure([(0, "1/0/x"), (2, "1/2/x")])?.contains("is gone") == true)
    #expect(
      failure([(0, "1/0/x"), (1, "1/2/x"), (2, "1/1/x")], isIdempotent: false)?
        .contains("is where") == true)
  }

  @Test("of an idempotent producer a record is there once, and in its order")
  func once() {
    let twice: [(Int64, String)] = [(0, "1/0/x"), (1, "1/1/x"), (2, "1/2/x"), (3, "1/2/x")]
    #expect(failure(twice)?.contains("is there twice") == true)
    #expect(failure(twice, isIdempotent: false) == nil)
    var ledger = ledger(1)
    ledger.check([[(0, "1/0/x"), (1, "1/2/x"), (2, "1/1/x")]], isIdempotent: true)
    #expect(ledger.failure?.contains("comes after") == true)
  }

  @Test("what was read once is read again as it was, and was sent")
  func read() {
    var ledger = ledger(3)
    ledger.read("1/2/x", partition: 0, at: 1)
    #expect(ledger.failure?.contains("1/1 was acknowledged or read before") == true)
    ledger = self.ledger(1)
    ledger.read("7/0/x", partition: 0, at: 1)
    #expect(ledger.failure?.contains("never sent") == true)
  }
}
