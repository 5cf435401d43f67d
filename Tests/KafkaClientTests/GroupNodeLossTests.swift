import KafkaFormat
import KafkaMessages
import Testing
import Transport

@testable import KafkaClient

/// Group members while the coordinator dies, hangs, leaves and comes back.
@Suite struct GroupNodeLossTests {
  private func received(_ setup: GroupSetup, _ member: GroupSetup.Member) throws -> Int {
    try setup.recorder(member).values.count
  }

  @Test(
    "members go on with a new coordinator and new leaders",
    arguments: ["dies", "dies and leaves", "hangs and leaves"])
  func coordinatorGone(how: String) throws {
    let setup = GroupSetup(nodes: 3)
    setup.cluster.spreadLeaders("t", over: 3)
    setup.group.node = 1
    let members = [try setup.member(), try setup.member()]
    #expect(setup.settle(members))
    if how == "hangs and leaves" { setup.cluster.frozen = [1] } else { setup.cluster.kill(1) }
    setup.transport.run(seconds: 5)
    if how != "dies" { setup.cluster.depart(1) }
    setup.cluster.lead("t", 1, by: 2)
    setup.group.node = 2
    // The new coordinator has loaded the group: heartbeats count from then on.
    let moved = setup.transport.nowNanos
    try setup.fill(2)
    setup.transport.run(seconds: 60) {
      members.allSatisfy { ((try? received(setup, $0)) ?? 0) > 0 } && setup.group.state == .stable
    }
    for member in members { #expect(try received(setup, member) > 0) }
    #expect(setup.settle(members))
    let seconds = Double(setup.transport.nowNanos - moved) / 1e9
    #expect(seconds < 15, "far below request.timeout.ms")
    for member in members { setup.close(member) }
  }
}
