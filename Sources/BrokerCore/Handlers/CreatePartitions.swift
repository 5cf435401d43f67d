import KafkaFormat
import KafkaMessages

// CreatePartitions (37), versions 0–3. Done by the controller; each topic has its own result.
//
//   UNKNOWN_TOPIC_OR_PARTITION
//   INVALID_PARTITIONS          not more than there are
//   INVALID_REPLICA_ASSIGNMENT  as many assignments as new partitions, each to this broker
//   INVALID_REQUEST             the topic stands twice in the request (answered once), or is
//                               `__consumer_offsets`: groups are found by the number of its
//                               partitions
// v2 flexible; v3 as v2 (quotas)

extension RequestProcessor {
  func planCreatePartitions(_ frame: RawSpan, _ context: RequestContext) throws(FormatError)
    -> ChangePlan
  {
    let request = try context.decode(CreatePartitionsRequest.self, frame)
    var counts = directoryCounts(image.topicsByName)
    var results: [CreatePartitionsResponse.CreatePartitionsTopicResult] = []
    var records: [MetadataRecord] = []
    var occurrences: [String: Int] = [:]
    for wanted in request.topics { occurrences[wanted.name, default: 0] += 1 }
    var partitionsLeft = Self.maximumPartitions
    for wanted in request.topics {
      guard let count = occurrences[wanted.name] else { continue }
      var result = CreatePartitionsResponse.CreatePartitionsTopicResult(name: wanted.name)
      do throws(Refusal) {
        if count > 1 {
          occurrences[wanted.name] = nil
          throw Refusal(.invalidRequest, "Duplicate topic name.")
        }
        let topic = try topicToGrow(wanted, partitionsLeft: partitionsLeft)
        partitionsLeft -= wanted.count - Int32(topic.partitions.count)
        records += partitionRecords(
          topic.id, Int32(topic.partitions.count)..<wanted.count, counts: &counts)
      } catch {
        result.errorCode = error.code
        result.errorMessage = error.message
      }
      results.append(result)
    }
    if request.validateOnly { records = [] }
    return ChangePlan(records: records) { _, error in
      var results = results
      if let error { results.refuseRest(error) }
      return context.encoded(CreatePartitionsResponse(results: results))
    }
  }

  private func topicToGrow(
    _ wanted: CreatePartitionsRequest.CreatePartitionsTopic, partitionsLeft: Int32
  ) throws(Refusal) -> TopicImage {
    guard let topic = image.topicsByName[wanted.name] else {
      throw Refusal(.unknownTopicOrPartition, ErrorCode.unknownTopicOrPartition.message)
    }
    if topic.name == OffsetsTopic.name {
      throw Refusal(
        .invalidRequest,
        "\(topic.name) cannot get more partitions: its groups would not be found any more.")
    }
    let present = Int32(topic.partitions.count)
    if wanted.count < present {
      throw Refusal(
        .invalidPartitions,
        "\(wanted.name) has \(present) partition(s); \(wanted.count) would not be more."
      )
    }
    if wanted.count == present {
      throw Refusal(.invalidPartitions, "Topic already has \(present) partition(s).")
    }
    if wanted.count - present > partitionsLeft {
      throw Refusal(
        .policyViolation, "At most \(Self.maximumPartitions) partitions may be made at once.")
    }
    if let assignments = wanted.assignments {
      guard assignments.count == Int(wanted.count - present),
        assignments.allSatisfy({ $0.brokerIds == [node.config.nodeId] })
      else {
        throw Refusal(
          .invalidReplicaAssignment,
          "\(wanted.count - present) assignments to broker \(node.config.nodeId) are needed.")
      }
    }
    return topic
  }
}
