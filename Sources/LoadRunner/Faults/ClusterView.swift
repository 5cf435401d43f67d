import EventLoop
import Glibc
import KafkaClient
import LoadModel
import Transport

/// What a timeline of faults asks of the cluster: who leads, and which nodes are there.
///
/// - Isolation: one thread, which waits.
struct ClusterView {
  private let admin: AdminSession
  private let topic: String
  /// Of its brokers; a controller alone has none.
  let addresses: [Int32: NetworkAddress]
  private let voters: [Int32]
  /// When a controller was seen last, or began to be looked for; monotonic clock.
  private var seenNanos: Int64?
  private var asked: AdminSession.Asked<QuorumDescription>?
  private var askedNanos: Int64 = 0

  private static let probeSeconds = 2.0
  private static let askEveryNanos: Int64 = 2_000_000_000

  init(_ admin: AdminSession, topic: String) throws(RunError) {
    self.admin = admin
    self.topic = topic
    addresses = Dictionary(
      uniqueKeysWithValues: try admin.describeCluster().nodes.map { ($0.id, $0.address) })
    voters = try admin.describeQuorum().voters
  }

  // MARK: Targets

  /// - Returns: Nil for a link.
  /// - Throws: `.target` where it is nobody at the moment.
  func node(of target: Fault.Target) throws(RunError) -> Int32? {
    switch target {
    case .link: return nil
    case .node(let node):
      guard addresses[node] != nil || voters.contains(node) else {
        throw .target("there is no node \(node); the cluster has \(Self.names(addresses.keys))")
      }
      return node
    case .controller:
      let leader = try admin.describeQuorum().leader
      guard leader >= 0 else { throw .target("the cluster has no controller at the moment") }
      return leader
    case .leader(let partition):
      let leader = try admin.describePartition(topic, partition).leader
      guard leader >= 0 else { throw .target("partition \(partition) has no leader at the moment") }
      return leader
    case .follower(let partition):
      let found = try admin.describePartition(topic, partition)
      guard let other = found.inSyncReplicas.first(where: { $0 != found.leader }) else {
        throw .target("partition \(partition) has no follower in sync at the moment")
      }
      return other
    }
  }

  /// Nil where the cluster does not say.
  func isController(_ node: Int32) -> Bool? {
    guard let leader = try? admin.describeQuorum().leader, leader >= 0 else { return nil }
    return leader == node
  }

  /// Moves a partition's leader to another replica in sync and waits until it leads.
  func moveLeader(of partition: Int32) throws(RunError) {
    let before = try admin.moveLeader(of: topic, partition: partition)
    for _ in 0..<100 {
      let leader = try admin.describePartition(topic, partition).leader
      if leader >= 0, leader != before { return }
      usleep(100_000)
    }
    throw .target("partition \(partition) still has the leader \(before) after 10 s")
  }

  /// The partitions of the topic that a node leads; all for a link.
  func partitions(ledBy node: Int32?) -> [Int32] {
    let all = (try? admin.describeTopic(topic))?.partitions ?? []
    return all.filter { node == nil || $0.leader == node }.map(\.partition)
  }

  // MARK: Nodes

  /// The brokers that answer, by node.
  func answering(except away: [Int32]) -> [Int32: NetworkAddress] {
    let asked = addresses.filter { !away.contains($0.key) }
    let found = NodeProbe.ask(asked, seconds: Self.probeSeconds)
    return asked.filter { found[$0.key] == .answers }
  }

  func finding(_ node: Int32, seconds: Double) -> NodeProbe.Finding {
    addresses[node].map { NodeProbe.ask($0, seconds: seconds) } ?? .isSilent
  }

  // MARK: The quorum

  /// Why there is no controller any more and none to be expected; nil where there is one.
  ///
  /// - Parameter away: Nodes that faults killed or stopped.
  mutating func lostController(
    away: [Int32], nowNanos now: Int64, patienceSeconds: Double
  ) -> String? {
    // A single node that is down is all that there is; without voters it is not known.
    guard voters.count > 1, !away.isEmpty else {
      seenNanos = nil
      return nil
    }
    let down = voters.filter(away.contains)
    if down.count * 2 >= voters.count {
      return "the cluster lost its quorum: \(Self.names(down)) of the controllers"
        + " \(Self.names(voters)) are away, and no leader can be elected"
    }
    if let asked, let answer = asked.answer {
      self.asked = nil
      if case .success(let quorum) = answer, quorum.leader >= 0, !away.contains(quorum.leader) {
        seenNanos = now
      }
    }
    let since = seenNanos ?? now
    seenNanos = since
    // The answer is not waited for: faults are due meanwhile.
    if asked == nil, now - askedNanos >= Self.askEveryNanos {
      askedNanos = now
      asked = admin.ask { $0.describeQuorum(completion: $1) }
    }
    guard Double(now - since) / 1e9 > patienceSeconds else { return nil }
    return "the cluster has had no controller for \(ValueText.plain(patienceSeconds)) s"
      + " (\(Self.names(down)) of \(Self.names(voters)) away)"
  }

  static func names(_ nodes: some Sequence<Int32>) -> String {
    nodes.sorted().map(String.init).joined(separator: ", ")
  }
}
