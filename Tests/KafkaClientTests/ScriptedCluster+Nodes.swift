import Transport

@testable import KafkaClient

/// Nodes that die, hang, leave and come back.
extension ScriptedCluster {
  /// The node's process dies: its connections end and new ones are refused. The metadata go on
  /// naming it until `depart`.
  func kill(_ id: Int32) {
    guard let node = nodes[id] else { return }
    transport.servers[node.address] = nil
    for connection in transport.connections where connection.server === node {
      connection.drop(.reset)
    }
  }

  /// The controller has given the node up: the metadata do not name it.
  func depart(_ id: Int32) { departed.insert(id) }

  /// Starts the node again, at another port if one is given.
  func restart(_ id: Int32, port: UInt16? = nil) {
    guard let node = nodes[id] else { return }
    if let port { node.address = NetworkAddress(host: node.address.host, port: port) }
    transport.servers[node.address] = { _ in node }
    departed.remove(id)
  }

  /// Makes `node` the leader of a partition, in a new term.
  func lead(_ topic: String, _ partition: Int32, by node: Int32) {
    guard let partition = topics[topic]?.partition(partition) else { return }
    partition.leader = node
    partition.leaderEpoch += 1
  }

  /// Partition i is led by node i modulo `count`.
  func spreadLeaders(_ topic: String, over count: Int32) {
    for (index, partition) in (topics[topic]?.partitions ?? []).enumerated() {
      partition.leader = Int32(index) % count
    }
  }
}
