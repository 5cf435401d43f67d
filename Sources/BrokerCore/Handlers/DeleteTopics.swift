import KafkaFormat
import KafkaMessages

// DeleteTopics (20), versions 1–6. Done by the controller.
//
// The topic is gone, and its name free, when the answer arrives; its files follow after
// `file.delete.delay.ms`.
//   UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID
//   TOPIC_DELETION_DISABLED  `delete.topic.enable` is false (v3; INVALID_REQUEST before)
//   INVALID_REQUEST          a topic that stands twice, by name, id or one of each: it is answered
//                            once and not deleted; or one with both name and id
// v5 error messages; v6 by name or by id

extension RequestProcessor {
  func planDeleteTopics(_ frame: RawSpan, _ context: RequestContext) throws(FormatError)
    -> ChangePlan
  {
    let request = try context.decode(DeleteTopicsRequest.self, frame)
    let version = context.head.version
    let wanted =
      version >= 6
      ? request.topics
      : request.topicNames.map { DeleteTopicsRequest.DeleteTopicState(name: $0, topicId: .zero) }
    var results: [DeleteTopicsResponse.DeletableTopicResult] = []
    var records: [MetadataRecord] = []
    var occurrences: [TopicToDelete: Int] = [:]
    for state in wanted { occurrences[key(of: state), default: 0] += 1 }
    for state in wanted {
      guard let count = occurrences[key(of: state)] else { continue }
      var result = DeleteTopicsResponse.DeletableTopicResult(
        name: state.name, topicId: state.topicId)
      do throws(Refusal) {
        if count > 1 {
          occurrences[key(of: state)] = nil
          throw Refusal(.invalidRequest, "The topic stands twice in the request.")
        }
        let topic = try topicToDelete(state, version: version)
        result.name = topic.name
        result.topicId = topic.id
        records.append(.removeTopic(RemoveTopicRecord(topicId: topic.id)))
      } catch {
        result.errorCode = error.code
        result.errorMessage = error.message
      }
      results.append(result)
    }
    return ChangePlan(records: records) { processor, error in
      var results = results
      if let error { results.refuseRest(error) }
      if results.contains(where: { $0.name == OffsetsTopic.name && $0.errorCode == .none }) {
        processor.log(
          .warning, "\(OffsetsTopic.name) was deleted, and with it all groups and their offsets")
      }
      return context.encoded(DeleteTopicsResponse(responses: results))
    }
  }

  /// A topic that the request names; of a topic that is there the id, however it was named.
  private enum TopicToDelete: Hashable {
    case id(KafkaUUID)
    case unknownName(String)
  }

  private func key(of state: DeleteTopicsRequest.DeleteTopicState) -> TopicToDelete {
    guard let name = state.name else { return .id(state.topicId) }
    return image.topicsByName[name].map { .id($0.id) } ?? .unknownName(name)
  }

  private func topicToDelete(
    _ state: DeleteTopicsRequest.DeleteTopicState, version: Int16
  ) throws(Refusal) -> TopicImage {
    if !node.config.deleteTopicEnabled {
      throw Refusal(
        version < 3 ? .invalidRequest : .topicDeletionDisabled, "Topic deletion is disabled.")
    }
    if let name = state.name {
      if state.topicId != .zero {
        throw Refusal(.invalidRequest, "Name and id are both given.")
      }
      guard let topic = image.topicsByName[name] else {
        throw Refusal(.unknownTopicOrPartition, ErrorCode.unknownTopicOrPartition.message)
      }
      return topic
    }
    if state.topicId == .zero { throw Refusal(.invalidRequest, "Neither name nor id is given.") }
    guard let topic = image.topicsById[state.topicId] else {
      throw Refusal(.unknownTopicId, ErrorCode.unknownTopicId.message)
    }
    return topic
  }
}
