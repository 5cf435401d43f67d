import KafkaClient
import LoadModel

extension BenchmarkRun {
  /// Refuses faults that name what the cluster does not have, before anything is measured.
  func checkFaults(_ target: BenchTarget, _ admin: AdminSession) throws(RunError) {
    guard !scenario.run.faults.isEmpty else { return }
    var nodes = Set(try admin.describeCluster().nodes.map(\.id))
    nodes.formUnion(try admin.describeQuorum().voters)
    for (index, fault) in scenario.run.faults.enumerated() {
      if case .link(let name) = fault.target, target.links?.names.contains(name) != true {
        let names = target.links?.names.sorted().joined(separator: ", ") ?? ""
        throw refusal(
          index, "no relay carries the link \(name)",
          allowed: names.isEmpty ? "faults of nodes, or links given by --link" : "links \(names)")
      }
      if case .node(let node) = fault.target, !nodes.contains(node) {
        throw refusal(
          index, "the cluster has no node \(node)",
          allowed: "nodes \(ClusterView.names(nodes))")
      }
      try checkReplicas(index, fault, admin)
    }
  }

  /// Of a topic that was there before.
  private func checkReplicas(
    _ index: Int, _ fault: Fault, _ admin: AdminSession
  ) throws(RunError) {
    guard let topic = scenario.run.topic else { return }
    let partition: Int32
    var needsReplica = fault.action == .moveLeader
    switch fault.target {
    case .leader(let number): partition = number
    case .follower(let number):
      partition = number
      needsReplica = true
    case .node, .controller, .link: return
    }
    let partitions = try admin.describeTopic(topic).partitions
    guard let found = partitions.first(where: { $0.partition == partition }) else {
      throw refusal(
        index, "the topic \(topic) has \(partitions.count) partitions",
        allowed: "partitions from 0 to \(partitions.count - 1)")
    }
    if needsReplica, found.replicas.count < 2 {
      throw refusal(
        index, "partition \(partition) of \(topic) has one replica",
        allowed: "partitions of 2 or more replicas")
    }
  }

  private func refusal(_ index: Int, _ message: String, allowed: String) -> RunError {
    .usage("\(scenario.faultRefusal(index, message, allowed: allowed))")
  }
}
