import Testing

@testable import LoadModel

@Suite("The events of the suite groups")
struct GroupChangesSettingsTests {
  private func settings(_ lines: String = "", properties: [String: String] = [:]) throws
    -> GroupChangesSettings
  {
    var scenario = try Scenario(
      yaml: Array("suite: groups\n\(lines)\n".utf8), file: "groups.yaml")
    scenario.run.consumerProperties = properties
    return GroupChangesSettings(scenario.withSuiteDefaults())
  }

  @Test("no time of an event, and no distance of two, is a multiple of the heartbeat interval")
  func noMultiples() throws {
    for heartbeat in [2000, 3000, 500, 7] {
      let settings = try settings(properties: ["heartbeat.interval.ms": "\(heartbeat)"])
      for seed in UInt64(1)...40 {
        for repetition in 1...3 {
          let events = settings.events(repetition: repetition, seed: seed)
          var last: Int64 = 0
          for event in events {
            #expect(event.atMs % Int64(heartbeat) != 0)
            #expect((event.atMs - last) % Int64(heartbeat) != 0)
            last = event.atMs
          }
        }
      }
    }
  }

  @Test("events meet every phase of the heartbeats alike, and crashes every phase of the commits")
  func phases() throws {
    let settings = try settings()
    // Tenths of the interval since the event before; of 300 seeds.
    func spread(_ kind: GroupEventKind, _ interval: Int64) -> [Int] {
      var counts = [Int](repeating: 0, count: 10)
      for seed in UInt64(1)...300 {
        let events = settings.events(repetition: 1, seed: seed)
        for (event, before) in zip(events.dropFirst(), events) where event.kind == kind {
          let phase = (event.atMs - before.atMs) % interval
          counts[Int(phase * 10 / interval)] += 1
        }
      }
      return counts
    }
    for (kind, interval) in [
      (GroupEventKind.join, settings.heartbeatMs), (.leave, settings.heartbeatMs),
      (.crash, settings.heartbeatMs), (.crash, settings.commitMs),
    ] {
      let counts = spread(kind, interval)
      let mean = Double(counts.reduce(0, +)) / 10
      let chi = counts.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) / mean }
      // Of nine degrees of freedom 99.9 % lie below 27.9.
      #expect(chi < 27.9, "\(kind) \(interval): \(counts)")
    }
  }

  @Test("each repetition and each seed has other times; the same seed has the same")
  func draws() throws {
    let settings = try settings()
    let first = settings.events(repetition: 1, seed: 7)
    #expect(first == settings.events(repetition: 1, seed: 7))
    #expect(first.map(\.atMs) != settings.events(repetition: 2, seed: 7).map(\.atMs))
    #expect(first.map(\.atMs) != settings.events(repetition: 1, seed: 8).map(\.atMs))
    #expect(Set(first.map(\.choice)).count == first.count, "another member goes each time")
  }

  @Test("an event is watched until it must be over, and six of each kind come in a default run")
  func watched() throws {
    let settings = try settings()
    for seed in UInt64(1)...20 {
      let events = settings.events(repetition: 1, seed: seed)
      #expect(events.first.map { $0.atMs > 5000 } == true)
      for (event, next) in zip(events, events.dropFirst()) {
        #expect(next.atMs - event.atMs > settings.settleMs(after: event.kind))
      }
      let last = try #require(events.last)
      let load = settings.workload(.range, events: events)
      #expect(load.durationMs == last.atMs + settings.settleMs(after: last.kind))
    }
    // A session, a heartbeat and a rebalance after a crash; two heartbeats after the others.
    #expect(settings.settleMs(after: .crash) >= settings.sessionMs + settings.heartbeatMs)
    #expect(settings.settleMs(after: .join) > 2 * settings.heartbeatMs)
    let events = settings.events(repetition: 1, seed: 1)
    for kind in GroupEventKind.allCases {
      #expect(events.count { $0.kind == kind } * 3 >= 6)
    }
    // As many members before each leave and each crash.
    var members = settings.members
    for event in events {
      if event.kind != .join { #expect(members == settings.members + 1) }
      members += event.kind == .join ? 1 : -1
    }
  }

  @Test("members' settings are those given, and a heartbeat of a millisecond ends the drawing")
  func given() throws {
    let settings = try settings(properties: [
      "heartbeat.interval.ms": "1", "session.timeout.ms": "6500", "auto.commit.interval.ms": "0",
    ])
    #expect(settings.consumerProperties["session.timeout.ms"] == "6500")
    #expect(settings.consumerProperties["auto.commit.interval.ms"] == "0")
    #expect(settings.events(repetition: 1, seed: 1).count == 8)
    let usual = try self.settings()
    #expect(usual.heartbeatMs * 3 == usual.sessionMs)
    #expect(usual.consumerProperties["auto.commit.interval.ms"] == "5000")
  }

  @Test("the suites take at most half longer than 5 and 12 minutes, what they took before")
  func plans() throws {
    for (name, minutes) in [("groups", 7.5), ("partition-scaling", 18)] {
      let scenario = try #require(try BuiltInScenarios.scenario(named: name))
      #expect(scenario.plan().seconds <= minutes * 60, "\(name): \(scenario.plan().seconds)")
      // The file's settings are the suite's own.
      var bare = Scenario()
      bare.run.suite = scenario.run.suite
      #expect(bare.plan().seconds == scenario.plan().seconds)
    }
  }
}
