import KafkaClient
import LoadModel

extension AdminSession {
  func describeQuorum() throws(RunError) -> QuorumDescription {
    try call("asking for the active controller") { $0.describeQuorum(completion: $1) }
  }

  /// Makes another replica in sync a partition's leader: it becomes the preferred one, and is
  /// elected.
  ///
  /// - Returns: The leader that the partition had.
  /// - Throws: `.target` where it has no other replica in sync, or the cluster does not do it.
  func moveLeader(of topic: String, partition: Int32) throws(RunError) -> Int32 {
    let what = "moving the leader of \(topic)-\(partition)"
    let found = try describePartition(topic, partition)
    guard let other = found.inSyncReplicas.first(where: { $0 != found.leader }) else {
      throw .target("\(what): it has no other replica in sync")
    }
    let order = [other] + found.replicas.filter { $0 != other }
    let name = TopicPartition(topic: topic, partition: partition)
    let _: Void = try call(what) { $0.reassign(name, to: order, completion: $1) }
    let _: Void = try call(what) { $0.electPreferredLeader(of: name, completion: $1) }
    return found.leader
  }

  func describePartition(
    _ topic: String, _ partition: Int32
  ) throws(RunError) -> PartitionDescription {
    guard
      let found = try describeTopic(topic).partitions.first(where: { $0.partition == partition })
    else { throw .target("the topic \(topic) has no partition \(partition)") }
    return found
  }
}
