import KafkaFormat
import KafkaMessages
import Transport

/// One broker of a scripted cluster.
final class ScriptedBroker: FakeServer {
  let id: Int32
  var address: NetworkAddress
  unowned let cluster: ScriptedCluster

  init(id: Int32, address: NetworkAddress, cluster: ScriptedCluster) {
    self.id = id
    self.address = address
    self.cluster = cluster
  }

  func received(_ frame: [UInt8], on connection: FakeConnection) {
    if cluster.frozen.contains(id) { return }
    cluster.frames[id, default: 0] += 1
    var reader = ByteReader(frame.rawSpan)
    guard let header = try? RequestHeader.read(from: &reader), let key = header.apiKey else {
      return
    }
    let version = header.requestApiVersion
    let body = Array(frame[reader.position...])
    let turn = connection.expectAnswer()
    func answer(_ response: some KafkaResponse, version: Int16) {
      let bytes = response.frame(version: version, correlationId: header.correlationId)
      connection.answer(turn, cluster.bend(key, bytes))
    }
    switch key {
    case .apiVersions:
      let known = cluster.versions[.apiVersions] ?? 0...4
      var response = ApiVersionsResponse()
      // In the same order every time: which bytes a test bends follows from where they are.
      response.apiKeys = cluster.versions.sorted { $0.key.rawValue < $1.key.rawValue }.map {
        .init(
          apiKey: $0.key.rawValue, minVersion: $0.value.lowerBound,
          maxVersion: $0.value.upperBound)
      }
      cluster.bendVersions(&response.apiKeys)
      if !known.contains(version) {
        response.errorCode = .unsupportedVersion
        return answer(response, version: 0)
      }
      answer(response, version: version)
    case .metadata: answer(metadata(decode(body, version)), version: version)
    case .initProducerId:
      cluster.producerIds += 1
      answer(
        InitProducerIdResponse(producerId: cluster.producerIds, producerEpoch: 0),
        version: version)
    case .offsetForLeaderEpoch: answer(epochEnds(decode(body, version)), version: version)
    case .listOffsets: answer(offsets(decode(body, version)), version: version)
    case .produce:
      cluster.produceRequests += 1
      let request: ProduceRequest = decode(body, version)
      let response = produce(request, connection)
      if request.acks == 0 {
        connection.answer(turn, [])
      } else if let response {
        answer(response, version: version)
      }
    case .fetch:
      let request: FetchRequest = decode(body, version)
      cluster.fetches.append(request)
      switch cluster.session(of: request) {
      case .success(let session): fetch(session, connection) { answer($0, version: version) }
      case .failure(let error):
        var response = FetchResponse()
        response.errorCode = error.code
        answer(response, version: version)
      }
    default:
      if !coordinate(key, body, version, { answer($0, version: version) }) {
        connection.drop(.reset)
      }
    }
  }

  func decode<Message: KafkaMessage>(_ body: [UInt8], _ version: Int16) -> Message {
    var reader = ByteReader(body.rawSpan)
    do {
      let message = try Message(from: &reader, version: version)
      precondition(reader.remaining == 0, "bytes behind \(Message.self)")
      return message
    } catch { preconditionFailure("\(Message.self): \(error)") }
  }

  private func metadata(_ request: MetadataRequest) -> MetadataResponse {
    cluster.metadataRequests += 1
    var response = MetadataResponse()
    if cluster.blankMetadata > 0 {
      cluster.blankMetadata -= 1
      for asked in request.topics ?? [] {
        var entry = MetadataResponse.MetadataResponseTopic(name: asked.name)
        entry.errorCode = .unknownTopicOrPartition
        response.topics.append(entry)
      }
      return response
    }
    response.clusterId = "scripted"
    response.controllerId = 0
    let present = cluster.nodes.values.filter { !cluster.departed.contains($0.id) }
    response.brokers = present.sorted { $0.id < $1.id }.map {
      .init(nodeId: $0.id, host: $0.address.host, port: Int32($0.address.port))
    }
    let all = cluster.topics.keys.sorted().map {
      MetadataRequest.MetadataRequestTopic(name: $0)
    }
    for asked in request.topics ?? all {
      var entry = MetadataResponse.MetadataResponseTopic(name: asked.name)
      if let topic = cluster.topics[asked.name ?? ""] {
        entry.topicId = topic.id
        entry.isInternal = asked.name?.hasPrefix("__") ?? false
        entry.partitions = topic.partitions.enumerated().map { index, partition in
          .init(
            partitionIndex: Int32(index), leaderId: partition.leader,
            leaderEpoch: partition.leaderEpoch, replicaNodes: partition.replicas,
            isrNodes: partition.inSync)
        }
      } else {
        entry.errorCode = .unknownTopicOrPartition
      }
      response.topics.append(entry)
    }
    return response
  }

  private func find(_ name: String, _ id: KafkaUUID) -> (String, ScriptedCluster.Topic)? {
    for (known, topic) in cluster.topics
    where id == .zero ? known == name : topic.id == id { return (known, topic) }
    return nil
  }

  private func produce(
    _ request: ProduceRequest, _ connection: FakeConnection
  ) -> ProduceResponse? {
    var response = ProduceResponse()
    for data in request.topicData {
      var entry = ProduceResponse.TopicProduceResponse(name: data.name, topicId: data.topicId)
      for item in data.partitionData {
        var result = ProduceResponse.PartitionProduceResponse(index: item.index)
        guard let (name, topic) = find(data.name, data.topicId),
          let partition = topic.partition(item.index), let batch = item.records,
          let header = try? RecordBatchHeader(batch.rawSpan)
        else {
          result.errorCode = .unknownTopicOrPartition
          entry.partitionResponses.append(result)
          continue
        }
        if partition.leader != id {
          result.errorCode = .notLeaderOrFollower
          entry.partitionResponses.append(result)
          continue
        }
        switch cluster.produceFate(name, item.index, header) {
        case .normal:
          let (code, offset) = cluster.append(batch, to: partition)
          result.errorCode = code
          result.baseOffset = offset
        case .fail(let code): result.errorCode = code
        case .storeAndFail(let code):
          _ = cluster.append(batch, to: partition)
          result.errorCode = code
        case .disconnect(let stored):
          if stored { _ = cluster.append(batch, to: partition) }
          connection.drop(.reset)
          return nil
        case .silence:
          return nil
        }
        entry.partitionResponses.append(result)
      }
      response.responses.append(entry)
    }
    cluster.orderAnswer(&response)
    return response
  }

  private func offsets(_ request: ListOffsetsRequest) -> ListOffsetsResponse {
    var response = ListOffsetsResponse()
    for asked in request.topics {
      var entry = ListOffsetsResponse.ListOffsetsTopicResponse(name: asked.name)
      for item in asked.partitions {
        let partition = cluster.topics[asked.name]?.partition(item.partitionIndex)
        var result = ListOffsetsResponse.ListOffsetsPartitionResponse(
          partitionIndex: item.partitionIndex)
        if let code = cluster.offsetsFate(id) {
          result.errorCode = code
        } else if let partition, partition.leader != id {
          result.errorCode = .notLeaderOrFollower
        } else if let partition {
          result.offset = item.timestamp == -2 ? partition.startOffset : partition.endOffset
        } else {
          result.errorCode = .unknownTopicOrPartition
        }
        entry.partitions.append(result)
      }
      response.topics.append(entry)
    }
    return response
  }

  private func fetch(
    _ session: ScriptedSession, _ connection: FakeConnection, waited: Bool = false,
    _ answer: @escaping (FetchResponse) -> Void
  ) {
    var response = FetchResponse()
    response.sessionId = session.id
    var bytes = 0
    for (topic, id, item) in session.wanted {
      var result = FetchResponse.PartitionData(partitionIndex: item.partition)
      if let (name, found) = find(topic, id), let partition = found.partition(item.partition) {
        switch cluster.fetchFate(name, item.partition) {
        case .fail(let code): result.errorCode = code
        case .disconnect: return connection.drop(.reset)
        case .silence: return
        default: read(partition, item, &result)
        }
      } else {
        result.errorCode = .unknownTopicOrPartition
      }
      let count = (result.records?.count ?? 0) + (result.errorCode == .none ? 0 : 1)
      bytes += count
      if session.isIncremental, count == 0 { continue }
      if response.responses.last?.topic != topic || response.responses.last?.topicId != id {
        response.responses.append(.init(topic: topic, topicId: id))
      }
      response.responses[response.responses.count - 1].partitions.append(result)
    }
    if bytes < session.minBytes, !waited {
      cluster.transport.after(session.maxWaitMs * 1_000_000) { [weak self] in
        self?.fetch(session, connection, waited: true, answer)
      }
      return
    }
    answer(response)
  }

  private func read(
    _ partition: ScriptedCluster.Partition, _ item: FetchRequest.FetchPartition,
    _ result: inout FetchResponse.PartitionData
  ) {
    result.highWatermark = partition.highWatermark ?? partition.endOffset
    if item.currentLeaderEpoch >= 0, item.currentLeaderEpoch != partition.leaderEpoch {
      let isOld = item.currentLeaderEpoch < partition.leaderEpoch
      result.errorCode = isOld ? .fencedLeaderEpoch : .unknownLeaderEpoch
      return
    }
    if partition.leader != id, partition.readReplica != id {
      result.errorCode = .notLeaderOrFollower
      return
    }
    if partition.leader == id, let replica = partition.readReplica,
      cluster.fetches.last?.rackId == "rack"
    {
      result.preferredReadReplica = replica
      return
    }
    if item.fetchOffset < partition.startOffset || item.fetchOffset > partition.endOffset {
      result.errorCode = .offsetOutOfRange
      return
    }
    var records: [UInt8] = []
    for batch in partition.batches {
      guard let header = try? RecordBatchHeader(batch.rawSpan) else { continue }
      if header.lastOffset < item.fetchOffset { continue }
      if !records.isEmpty, records.count + batch.count > Int(item.partitionMaxBytes) {
        // As brokers do that cut at the limit.
        records += batch.prefix(max(0, Int(item.partitionMaxBytes) - records.count))
        break
      }
      records += batch
    }
    result.records = records
    if !records.isEmpty { cluster.servedBy.append(id) }
  }

  private func epochEnds(_ request: OffsetForLeaderEpochRequest) -> OffsetForLeaderEpochResponse {
    var response = OffsetForLeaderEpochResponse()
    for asked in request.topics {
      var entry = OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult(topic: asked.topic)
      for item in asked.partitions {
        var result = OffsetForLeaderEpochResponse.EpochEndOffset()
        result.partition = item.partition
        if let partition = cluster.topics[asked.topic]?.partition(item.partition) {
          let starts = partition.epochStarts
          if let index = starts.lastIndex(where: { $0.epoch <= item.leaderEpoch }) {
            result.leaderEpoch = starts[index].epoch
            result.endOffset =
              index + 1 < starts.count ? starts[index + 1].offset : partition.endOffset
          }
        } else {
          result.errorCode = .unknownTopicOrPartition
        }
        entry.partitions.append(result)
      }
      response.topics.append(entry)
    }
    return response
  }
}
