import CommitLog
import EventLoop
import Glibc
import KafkaClient
import LoadModel
import Transport

/// The same requests over a socket: to a broker in this process, to one in its own, to a cluster.
final class SocketLane: WriteLane {
  private let bench: SuiteBench
  private let target: BenchTarget
  private let admin: AdminSession
  private let sender: FrameSender
  private let syncs: SyncCount?
  private let topic: String
  private let isCluster: Bool

  init(
    _ bench: SuiteBench, _ kind: BrokerTarget, directory: String, topicConfigs: [String: String]
  ) throws(RunError) {
    self.bench = bench
    isCluster = kind.kind == .cluster
    syncs = kind == .embedded ? SyncCount() : nil
    target = try bench.startBroker(kind, directory: directory, syncs: syncs)
    admin = try AdminSession(bootstrap: target.bootstrap)
    if isCluster { try bench.describe(target, admin, kind: .cluster) }
    topic = bench.newTopicName()
    try admin.createTopic(
      NewTopic(name: topic, partitions: 1, replicationFactor: 1, configs: topicConfigs))
    sender = try FrameSender(try Self.leader(of: topic, admin))
  }

  /// A new topic may take a moment to have a leader.
  private static func leader(of topic: String, _ admin: AdminSession) throws(RunError)
    -> NetworkAddress
  {
    for _ in 0..<200 {
      let leader = try? admin.describeTopic(topic).partitions.first?.leader
      let nodes = try admin.describeCluster().nodes
      if let node = nodes.first(where: { $0.id == leader }) { return node.address }
      usleep(5_000)
    }
    throw .target("the topic \(topic) gets no leader")
  }

  func fill(_ batch: WriteBatch, bytes: Int64) throws(RunError) {
    let limit = WriteLimit(batches: Int(bytes / Int64(batch.bytes.count)))
    _ = try sender.send(
      ProduceFrame(topic: topic, batch: batch), batchBytes: batch.bytes.count, limit)
  }

  func run(_ batch: inout WriteBatch, _ limit: WriteLimit) throws(RunError) -> WriteRun {
    let frame = ProduceFrame(topic: topic, batch: batch)
    var run = WriteRun()
    let syncsBefore = syncs?.total
    let brokerBefore = target.cpu()
    let cpu = ThreadCPUTime.ofCurrentThread()
    let sent = try sender.send(frame, batchBytes: batch.bytes.count, limit)
    run.clientCPU = (ThreadCPUTime.ofCurrentThread() - cpu).seconds
    if let before = brokerBefore, let after = target.cpu() { run.cpu = after - before }
    if let before = syncsBefore, let after = syncs?.total { run.syncs = after - before }
    run.batches = sent.batches
    run.nanos = sent.nanos
    run.bytes = Int64(run.batches) * Int64(batch.bytes.count)
    return run
  }

  func close() {
    // What is deleted is not flushed at the stop, which nobody measures.
    if !target.hasEnded { try? admin.deleteTopic(topic) }
    target.discard()
  }
}
