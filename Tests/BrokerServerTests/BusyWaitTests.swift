import BrokerCore
import BrokerServer
import EventLoop
import Testing

@Suite("a broker slowed down on purpose")
struct BusyWaitTests {
  @Test("it costs so much more CPU a request")
  func busyWait() throws {
    func cpuOfRequests(_ directory: ScratchDirectory, percent: Int) throws -> Double {
      let broker = try startBroker(
        directory, loops: 1, ["weir.test.request.busy.percent": "\(percent)"])
      defer { broker.stop() }
      let client = RawClient(broker)
      let before = broker.cpuTime()
      for request in 1...2_000 as ClosedRange<Int32> {
        client.write(apiVersions(request))
        #expect(client.readFrame() != nil)
      }
      return Double((broker.cpuTime() - before).totalNanos)
    }
    let usual = try cpuOfRequests(ScratchDirectory(), percent: 0)
    let slow = try cpuOfRequests(ScratchDirectory(), percent: 400)
    // Five times as much, give or take what others on the machine do.
    #expect(slow / usual > 2.5 && slow / usual < 10)
    #expect(throws: ConfigError.self) {
      try startBroker(ScratchDirectory(), ["weir.test.request.busy.percent": "-1"])
    }
  }
}
