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
    _ bench: SuiteBench, _ kind: BrokerTarget, directory: String, properties: [String: String],
    topicConfigs: [String: String]
  ) throws(RunError) {
    self.bench = bench
    isCluster = kind.kind == .cluster
    syncs = kind == .embedded ? SyncCount() : nil
    target = try bench.startBroker(
      kind, directory: directory, properties: properties, syncs: syncs)
    admin = try target.openAdmin()
    if isCluster { try bench.describe(target, admin, kind: .cluster) }
    topic = bench.newTopicName()
    try admin.createTopic(
      NewTopic(
        name: topic, partitions: 1,
        replicationFactor: isCluster ? bench.replicationFactor : 1,
        configs: isCluster ? bench.withMinInsync(topicConfigs) : topicConfigs))
    sender = try Self.sender(topic, admin, seed: bench.seed)
  }

  /// A connection to the leader, once it takes a batch: a new topic's may not know at once that it
  /// is one.
  private static func sender(_ topic: String, _ admin: AdminSession, seed: UInt64)
    throws(RunError) -> FrameSender
  {
    let first = try WriteBatch(
      size: 256, recordBytes: 100, seed: seed, nowMs: EventLoop.wallClockMsNow())
    let frame = ProduceFrame(topic: topic, batch: first)
    var attempt = 0
    while true {
      let sender = try FrameSender(try leader(of: topic, admin))
      do throws(RunError) {
        _ = try sender.send(frame, batchBytes: first.bytes.count, WriteLimit(batches: 1))
        return sender
      } catch {
        attempt += 1
        if attempt == 100 || Interrupt.requested { throw error }
        usleep(50_000)
      }
    }
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
    throw .load("the topic \(topic) has no leader: the broker that holds its replica may be gone")
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
    let brokerBefore = target.cpuAtEdge()
    let cpu = CPUSeconds.ofThisThread()
    let sent = try sender.send(frame, batchBytes: batch.bytes.count, limit)
    run.clientCPU = CPUSeconds.ofThisThread() - cpu
    if let before = brokerBefore, let after = target.cpuAtEdge() { run.cpu = after - before }
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
