import KafkaFormat
import Transport

/// Reading from a replica in the consumer's own rack (KIP-392).
///
/// The leader names the replica in an answer without records; the replica is read until it fails,
/// or until the leader is asked again after `metadata.max.age.ms`.
extension Consumer {
  /// The broker that a partition is fetched from.
  func source(of partition: ConsumerPartition) -> Int32 {
    guard partition.readReplica >= 0 else { return partition.leader }
    if partition.readReplicaEndNanos <= transport.now.nanoseconds
      || client.metadata.nodes[partition.readReplica] == nil
    {
      partition.readReplica = -1
      return partition.leader
    }
    return partition.readReplica
  }

  /// A leader names the replica to read from.
  func readNext(_ partition: ConsumerPartition, at replica: Int32) {
    guard client.metadata.nodes[replica] != nil else {
      client.requestMetadata()
      return backOff(partition)
    }
    partition.readReplicaEndNanos =
      transport.now.adding(milliseconds: config.client.metadataMaxAgeMs).nanoseconds
    partition.readReplica = replica
  }

  /// A broker cannot be reached: what was read there as from a replica comes from the leader.
  func leaveReplica(_ node: Int32) {
    for partition in partitions where partition.readReplica == node { partition.readReplica = -1 }
  }
}
