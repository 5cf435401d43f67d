import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

@Suite("Requests of groups that are damaged or too large")
struct GroupHostileTests {
  private func broker() throws -> TestBroker {
    let broker = try TestBroker([
      "group.initial.rebalance.delay.ms": "0", "offsets.topic.num.partitions": "1",
    ])
    _ = try broker.send(FindCoordinatorRequest(key: "g"), version: 3)
    return broker
  }

  private func join(_ protocols: [JoinGroupRequest.JoinGroupRequestProtocol]) -> JoinGroupRequest {
    JoinGroupRequest(
      groupId: "g", sessionTimeoutMs: 10_000, rebalanceTimeoutMs: 20_000, groupInstanceId: nil,
      protocolType: "consumer", protocols: protocols)
  }

  /// One frame of each API in its first and last version, without their sizes.
  private var frames: [[UInt8]] {
    let join = join([.init(name: "range", metadata: [0, 0, 0, 0, 0, 1, 0, 1, 116])])
    let sync = SyncGroupRequest(
      groupId: "g", generationId: 1, memberId: "m", protocolType: "consumer",
      protocolName: "range", assignments: [.init(memberId: "m", assignment: [1])])
    let heartbeat = HeartbeatRequest(groupId: "g", generationId: 1, memberId: "m")
    func frame(_ request: some KafkaRequest, _ version: Int16) -> [UInt8] {
      Array(request.frame(version: version, correlationId: 1, clientId: "c").dropFirst(4))
    }
    return [
      frame(join, 0), frame(join, 9), frame(sync, 0), frame(sync, 5), frame(heartbeat, 0),
      frame(heartbeat, 4), frame(LeaveGroupRequest(groupId: "g", memberId: "m"), 0),
      frame(LeaveGroupRequest(groupId: "g", members: [.init(memberId: "m")]), 5),
      frame(DescribeGroupsRequest(groups: ["g"]), 0),
      frame(DescribeGroupsRequest(groups: ["g"]), 6), frame(ListGroupsRequest(), 0),
      frame(ListGroupsRequest(statesFilter: ["s"], typesFilter: ["t"]), 5),
      frame(DeleteGroupsRequest(groupsNames: ["g"]), 0),
      frame(DeleteGroupsRequest(groupsNames: ["g"]), 2),
    ]
  }

  @Test("bytes that were changed or cut off are answered or refused, and groups go on")
  func damagedFrames() throws {
    let broker = try broker()
    func take(_ frame: [UInt8]) {
      let connection = broker.connect()
      _ = broker.handle(frame, connection: connection)
      broker.closeConnection(connection)
    }
    for frame in frames {
      for place in 4..<frame.count {
        take(Array(frame[..<place]))
        for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
          var changed = frame
          changed[place] = value
          take(changed)
        }
      }
      broker.advance(ms: 20)
    }
    #expect(broker.processors[0].parked.isEmpty)
    // Whoever those members were, their sessions end.
    for _ in 0..<5 { broker.advance(ms: 1_800_000) }
    let listed = try broker.send(ListGroupsRequest(), version: 5).groups
    #expect(listed.allSatisfy { $0.groupState == "Empty" })
    let joined = try broker.send(
      join([.init(name: "range", metadata: [])]), version: 3)
    #expect(joined.errorCode == .none)
  }

  @Test("a member may name many protocols; they cost as much as they are long")
  func manyProtocols() throws {
    let broker = try broker()
    let many = join((0..<50_000).map { .init(name: "p\($0)", metadata: []) })
    let joined = try broker.send(many, version: 3)
    #expect(joined.protocolName == "p0")
    let other = try broker.send(join([.init(name: "x", metadata: [])]), version: 3)
    #expect(other.errorCode == .inconsistentGroupProtocol)
  }

  @Test("metadata that do not fit into a record are refused, and all join again")
  func largeMetadata() throws {
    let broker = try broker()
    let large = join([.init(name: "range", metadata: [UInt8](repeating: 7, count: 2_000_000))])
    let joined = try broker.send(large, version: 3)
    #expect(joined.errorCode == .none)
    let sync = SyncGroupRequest(groupId: "g", generationId: 1, memberId: joined.memberId)
    #expect(try broker.send(sync, version: 3).errorCode == .unknownServerError)
    let heartbeat = HeartbeatRequest(groupId: "g", generationId: 1, memberId: joined.memberId)
    #expect(try broker.send(heartbeat, version: 3).errorCode == .rebalanceInProgress)
  }
}
