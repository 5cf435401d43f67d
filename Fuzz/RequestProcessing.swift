import BrokerCore
import CommitLog
import KafkaFormat
import KafkaMessages

/// A broker core that takes each input as one request frame; whatever it is, it must answer, wait
/// or close, and answer the next one.
///
/// It starts anew now and then, so that what earlier inputs made does not pile up.
func processRequest(_ bytes: [UInt8]) {
  let broker = unsafe fuzzedBroker.flatMap { $0.inputsLeft > 0 ? $0 : nil } ?? FuzzedBroker()
  unsafe fuzzedBroker = broker
  broker.take(bytes)
}

nonisolated(unsafe) private var fuzzedBroker: FuzzedBroker?

private final class FuzzedBroker {
  var inputsLeft = 2000
  private let processor: RequestProcessor
  private var nowMs: Int64 = 1_700_000_000_000
  private var connection: UInt64 = 0

  init() {
    let directory = "\(scratch)/fuzzed-broker"
    unsafe fuzzedBroker = nil
    do {
      try PosixFileSystem().removeTree(directory)
      let config = try BrokerConfig(properties: [
        "log.dirs": directory, "auto.create.topics.enable": "false",
        "log.segment.delete.delay.ms": "0", "offsets.topic.num.partitions": "1",
        "group.initial.rebalance.delay.ms": "0",
      ])
      let node = try BrokerNode.open(config, loopCount: 1, nowMs: nowMs)
      try node.register(listeners: config.listeners, hostName: "", nowMs: nowMs)
      processor = RequestProcessor(node: node, loop: 0)
    } catch { fatalError("\(error)") }
    let topic = CreateTopicsRequest.CreatableTopic(
      name: "t", numPartitions: 1, replicationFactor: 1)
    let request = CreateTopicsRequest(topics: [topic])
    take(Array(request.frame(version: 7, correlationId: 1, clientId: "fuzz").dropFirst(4)))
    // Groups need their topic.
    let coordinator = FindCoordinatorRequest(key: "g")
    take(Array(coordinator.frame(version: 3, correlationId: 1, clientId: "fuzz").dropFirst(4)))
  }

  func take(_ bytes: [UInt8]) {
    inputsLeft -= 1
    connection += 1
    nowMs += 100
    var frame = bytes
    var span = frame.mutableSpan
    _ = processor.handle(
      frame: &span, connection: connection, clientAddress: "127.0.0.1", listener: 0,
      nowMs: nowMs, nowNanos: nowMs * 1_000_000)
    carryOut()
    processor.connectionClosed(connection)
    processor.tick(nowMs: nowMs, nowNanos: nowMs * 1_000_000)
    carryOut()
  }

  private func carryOut() {
    while processor.hasActions {
      for case .disk(let job) in processor.takeActions() {
        processor.complete(job.run(), nowMs: nowMs, nowNanos: nowMs * 1_000_000)
      }
    }
  }
}
