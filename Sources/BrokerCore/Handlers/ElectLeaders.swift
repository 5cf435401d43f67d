import KafkaFormat
import KafkaMessages

// ElectLeaders (43), versions 0–2, and ListPartitionReassignments (46), version 0.
//
// One broker leads all its partitions, and none moves.
//   ELECTION_NOT_NEEDED             the partition has its leader; not listed where all partitions
//                                   were asked for (no topics), as in Kafka
//   UNKNOWN_TOPIC_OR_PARTITION
//   PREFERRED_LEADER_NOT_AVAILABLE  its directory failed; ELIGIBLE_LEADERS_NOT_AVAILABLE where an
//                                   unclean election was asked for
//   INVALID_REQUEST                 elections other than 0 (preferred) and 1 (unclean)
// v1 the kind of election, and an error of the whole; v2 flexible

extension RequestProcessor {
  private enum ElectionType {
    static let preferred: Int8 = 0
    static let unclean: Int8 = 1
  }

  func handleElectLeaders(_ frame: RawSpan, _ context: RequestContext) throws(FormatError)
    -> Outcome
  {
    let request = try context.decode(ElectLeadersRequest.self, frame)
    let type = request.electionType
    var response = ElectLeadersResponse()
    if type != ElectionType.preferred, type != ElectionType.unclean {
      response.errorCode = .invalidRequest
    }
    if let topics = request.topicPartitions {
      response.replicaElectionResults = topics.map { requested in
        .init(
          topic: requested.topic,
          partitionResult: requested.partitions.map { elect($0, of: requested.topic, type) })
      }
    } else if response.errorCode == .none {
      response.replicaElectionResults = image.topicNames.map { name in
        let partitions = image.topicsByName[name]?.partitions ?? []
        return .init(
          topic: name,
          partitionResult: partitions.map { elect($0.index, of: name, type) }
            .filter { $0.errorCode != .electionNotNeeded })
      }
    }
    return context.response(response)
  }

  private func elect(_ index: Int32, of topic: String, _ type: Int8)
    -> ElectLeadersResponse.ElectedPartition
  {
    let code: ErrorCode
    var message: String?
    if type != ElectionType.preferred, type != ElectionType.unclean {
      code = .invalidRequest
      message = "Election type \(type) is not known: 0 is preferred, 1 unclean."
    } else if let partition = image.topicsByName[topic]?.partition(index) {
      if node.isOffline(partition.directory) {
        code =
          type == ElectionType.preferred
          ? .preferredLeaderNotAvailable : .eligibleLeadersNotAvailable
      } else {
        code = .electionNotNeeded
      }
    } else {
      code = .unknownTopicOrPartition
    }
    return .init(partitionId: index, errorCode: code, errorMessage: message ?? code.message)
  }

  func handleListPartitionReassignments(_ frame: RawSpan, _ context: RequestContext)
    throws(FormatError) -> Outcome
  {
    _ = try context.decode(ListPartitionReassignmentsRequest.self, frame)
    return context.response(ListPartitionReassignmentsResponse(errorMessage: nil))
  }
}
