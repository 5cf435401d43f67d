import BrokerCore
import BrokerServer
import EventLoop
import Glibc
import KafkaFormat
import KafkaMessages
import Testing

@Suite("a broker's life", .serialized)
struct LifecycleTests {
  let directory = ScratchDirectory()

  private func batch(_ values: [String]) throws -> [UInt8] {
    var builder = RecordBatchBuilder(capacity: 10_000)
    for value in values {
      let isIn = builder.append(
        timestamp: 1_700_000_000_000, key: nil, value: Array(value.utf8).rawSpan)
      #expect(isIn)
    }
    return try builder.finish()
  }

  private func produce(_ client: RawClient, acks: Int16 = 1) throws -> Int64? {
    var request = ProduceRequest()
    request.acks = acks
    request.timeoutMs = 1_000
    let partition = ProduceRequest.PartitionProduceData(index: 0, records: try batch(["a", "b"]))
    var topic = ProduceRequest.TopicProduceData()
    topic.name = "kept"
    topic.partitionData = [partition]
    request.topicData = [topic]
    let answer = try client.call(request, version: 9)?.responses.first?.partitionResponses.first
    #expect(answer?.errorCode == ErrorCode.none)
    return answer?.baseOffset
  }

  private func createTopic(_ client: RawClient) throws {
    var request = CreateTopicsRequest()
    var topic = CreateTopicsRequest.CreatableTopic()
    topic.name = "kept"
    topic.numPartitions = 3
    topic.replicationFactor = 1
    request.topics = [topic]
    let answer = try client.call(request, version: 5)
    #expect(answer?.topics.first?.errorCode == ErrorCode.none)
  }

  @Test("it answers at once")
  func answersAtOnce() throws {
    // Any start may meet a pause of the machine; a wait of the broker's own is in all of them.
    var leastMs = Int64.max
    for _ in 0..<10 where leastMs >= 1_000 {
      leastMs = try min(leastMs, firstAnswerMs(ScratchDirectory()))
    }
    #expect(leastMs < 1_000)
  }

  /// How long a broker takes from its start to its first answer.
  private func firstAnswerMs(_ directory: ScratchDirectory) throws -> Int64 {
    let started = EventLoop.currentTime.nanoseconds
    let broker = try startBroker(directory)
    defer { broker.stop() }
    let client = RawClient(broker)
    client.write(apiVersions(1))
    #expect(client.readFrame() != nil)
    return (EventLoop.currentTime.nanoseconds - started) / 1_000_000
  }

  @Test("it stops twice, and keeps topics and records across a restart")
  func restart() throws {
    var broker = try startBroker(directory)
    var client = RawClient(broker)
    client.write(apiVersions(1))
    #expect(client.readFrame() != nil)
    try createTopic(client)
    #expect(try produce(client) == 0)
    #expect(try produce(client, acks: -1) == 2)
    #expect(broker.cpuTime().totalNanos > 0)
    #expect(broker.stop() == nil)
    #expect(broker.stop() == nil)

    broker = try startBroker(directory)
    client = RawClient(broker)
    var metadata = MetadataRequest()
    metadata.topics = nil
    let answer = try client.call(metadata, version: 9)
    #expect(answer?.brokers.first?.port == Int32(broker.listeners[0].port))
    #expect(answer?.brokers.first?.host == "127.0.0.1")
    #expect(answer?.topics.map(\.name) == ["kept"])
    #expect(answer?.topics.first?.partitions.count == 3)
    #expect(try produce(client) == 4)
    broker.stop()
  }

  @Test("the logs of many partitions are recovered by several threads")
  func recovery() throws {
    var metadata = MetadataRequest()
    metadata.topics = (0..<20).map {
      var topic = MetadataRequest.MetadataRequestTopic()
      topic.name = "many\($0)"
      return topic
    }
    for threads in ["1", "5"] {
      let broker = try startBroker(
        directory,
        ["num.partitions": "3", "num.recovery.threads.per.data.dir": threads])
      let answer = try RawClient(broker).call(metadata, version: 9)
      #expect(answer?.topics.count == 20)
      #expect(
        answer?.topics.allSatisfy { $0.errorCode == .none && $0.partitions.count == 3 } == true)
      #expect(broker.stop() == nil)
    }
  }

  @Test("many connections are spread over the loops and all are served")
  func manyConnections() throws {
    let broker = try startBroker(directory, loops: 3, ["socket.listen.backlog.size": "1024"])
    defer { broker.stop() }
    let clients = (0..<300).map { _ in RawClient(broker) }
    for (number, client) in clients.enumerated() { client.write(apiVersions(Int32(number))) }
    for (number, client) in clients.enumerated() {
      #expect(client.readFrame().map(correlationId) == Int32(number))
    }
    #expect(broker.threadIDs.count >= 3)
    #expect(broker.loopCPUTimes().count == 3)
  }

  @Test("two brokers live in one process; stopping one leaves the other")
  func twoBrokers() throws {
    let second = ScratchDirectory()
    let one = try startBroker(directory)
    let two = try startBroker(second)
    defer { two.stop() }
    one.stop()
    let client = RawClient(two)
    client.write(apiVersions(4))
    #expect(client.readFrame().map(correlationId) == 4)
  }

  @Test("a port in use, a locked directory and one of another node are told in words")
  func refusals() throws {
    let broker = try startBroker(directory)
    defer { broker.stop() }
    let second = ScratchDirectory()
    let port = broker.listeners[0].port
    do {
      _ = try startBroker(second, ["listeners": "PLAINTEXT://127.0.0.1:\(port)"])
      Issue.record("the port was taken twice")
    } catch let error as BrokerStartError {
      #expect("\(error)".contains("in use"))
    }
    do {
      _ = try startBroker(directory)
      Issue.record("the directory was taken twice")
    } catch let error as BrokerStartError {
      #expect("\(error)".contains("locked"))
    }
    // A refused start leaves nothing behind.
    let next = try startBroker(second)
    next.stop()
    do {
      _ = try startBroker(second, ["node.id": "7"])
      Issue.record("the directory of another node was taken")
    } catch let error as BrokerStartError {
      #expect("\(error)".contains("node"))
    }
  }
}
