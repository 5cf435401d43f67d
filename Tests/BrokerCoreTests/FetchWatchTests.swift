import Testing

@testable import BrokerCore

@Suite struct FetchWatchTests {
  @Test("slots come once each, in the order in which something happened")
  func order() {
    let watch = FetchWatch()
    for slot in [Int32(3), 1, 3, 2, 1] { #expect(watch.happened(slot, bytes: 1) == nil) }
    #expect(watch.next() == 3)
    #expect(watch.happened(3, bytes: 1) == nil)
    watch.queueFirst(7 % 4)
    #expect([watch.next(), watch.next(), watch.next(), watch.next()] == [1, 2, 3, nil])
  }

  @Test("one that waits is told once its bytes are there, and only if nothing came before")
  func parking() {
    let watch = FetchWatch()
    let since = watch.eventCount
    _ = watch.happened(0, bytes: 1)
    #expect(!watch.park(loop: 0, ticket: 1, bytes: 10, since: since))
    #expect(watch.park(loop: 2, ticket: 1, bytes: 10, since: watch.eventCount))
    #expect(watch.happened(0, bytes: 9) == nil)
    #expect(watch.happened(1, bytes: 0) == nil)
    #expect(watch.happened(1, bytes: 1)?.loop == 2)
    #expect(watch.happened(1, bytes: .max) == nil)
  }
}
