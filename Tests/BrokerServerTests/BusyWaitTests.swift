import BrokerCore
import BrokerServer
import EventLoop
import Testing

@Suite("a broker slowed down on purpose")
struct BusyWaitTests {
  /// CPU time that the broker spends on 1,000 requests, sent at once: between requests that come
  /// one by one it sleeps, and what waking up costs depends on how long it slept.
  private func cpuNanos(_ broker: RunningBroker, _ client: RawClient) -> Double {
    let before = broker.cpuTime()
    client.write((1...1000).flatMap { apiVersions($0) })
    for _ in 1...1000 { #expect(client.readFrame() != nil) }
    return Double((broker.cpuTime() - before).totalNanos)
  }

  @Test("it costs so much more CPU a request")
  func busyWait() throws {
    let directories = [ScratchDirectory(), ScratchDirectory()]
    let brokers = try zip(directories, ["0", "400"]).map { directory, percent in
      try startBroker(directory, loops: 1, ["weir.test.request.busy.percent": percent])
    }
    defer { for broker in brokers { broker.stop() } }
    let clients = brokers.map { RawClient($0) }
    // In turn, so that what others on the machine do meets both; a pause of it spoils one ratio.
    let ratios = (0..<21).map { _ in
      let usual = cpuNanos(brokers[0], clients[0])
      return cpuNanos(brokers[1], clients[1]) / usual
    }.sorted()
    // Five times as much, give or take what others on the machine do.
    #expect(ratios[10] > 2.5 && ratios[10] < 10, "\(ratios)")
    #expect(throws: ConfigError.self) {
      try startBroker(ScratchDirectory(), ["weir.test.request.busy.percent": "-1"])
    }
  }
}
