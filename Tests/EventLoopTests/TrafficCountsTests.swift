import EventLoop
import Testing

@Suite("What loops count of themselves")
struct TrafficCountsTests {
  @Test("as a line it is read again; unknown names are left out, other words refused")
  func line() {
    var counts = TrafficCounts()
    counts.sendfileBytes = 1
    counts.sendfileCalls = 2
    counts.sentBytes = 3
    counts.sendCalls = 4
    counts.copiedFileBytes = 5
    counts.fileReadCalls = 6
    counts.receivedBytes = 7
    counts.receiveCalls = 8
    counts.waitCalls = 9
    #expect(TrafficCounts(text: counts.text) == counts)
    #expect(TrafficCounts(text: counts.text + " later=10") == counts)
    #expect(TrafficCounts(text: "") == TrafficCounts())
    for text in ["weir", "sentBytes=", "sentBytes=x", "sentBytes=1=2"] {
      #expect(TrafficCounts(text: text) == nil, "\(text)")
    }
  }
}
