import KafkaFormat
import KafkaMessages

// FindCoordinator (10), versions 0–6.
//
// Groups (type 0): this broker. `__consumer_offsets` is made first, by the controller, where it is
// not there yet, and the answer waits for that; where it cannot be made,
// COORDINATOR_NOT_AVAILABLE, upon which clients try again.
// The address is that of the listener that was asked; a broker that does not advertise it is
// COORDINATOR_NOT_AVAILABLE as well.
// Transactions (1): CLUSTER_AUTHORIZATION_FAILED, upon which both Java and librdkafka give up at
// once and show the message (librdkafka asks again upon INVALID_REQUEST until its time is up, and
// Java's text for TRANSACTIONAL_ID_AUTHORIZATION_FAILED has no room for the broker's).
// Share groups (2) and others: INVALID_REQUEST.
// v1 key type, and a message, which without an error is "NONE"; v4 several keys, each with an
// answer of its own, whose message is then empty

/// What a coordinator is asked for.
private enum CoordinatorKeyType {
  static let group: Int8 = 0
  static let transaction: Int8 = 1
}

extension RequestProcessor {
  func handleFindCoordinator(_ frame: RawSpan, _ context: RequestContext) throws(FormatError)
    -> Outcome
  {
    let request = try context.decode(FindCoordinatorRequest.self, frame)
    if request.keyType == CoordinatorKeyType.group, image.offsetsTopic == nil {
      return try forward(FindCoordinatorRequest.self, frame, context)
    }
    return context.response(
      findCoordinatorResponse(request, .none, context))
  }

  func planFindCoordinator(_ frame: RawSpan, _ context: RequestContext) throws(FormatError)
    -> ChangePlan
  {
    let request = try context.decode(FindCoordinatorRequest.self, frame)
    var creations: [TopicCreation] = []
    if image.offsetsTopic == nil { creations.append(offsetsTopicCreation()) }
    return ChangePlan(records: records(creating: creations)) { processor, error in
      context.encoded(
        processor.findCoordinatorResponse(
          request, error == nil ? .none : .coordinatorNotAvailable, context))
    }
  }

  /// The topic of groups, with the settings that Kafka gives it.
  func offsetsTopicCreation() -> TopicCreation {
    TopicCreation(
      name: OffsetsTopic.name, id: node.random.uuid(),
      partitionCount: node.config.offsets.partitionCount,
      configs: [
        "cleanup.policy": "compact", "compression.type": "producer",
        "segment.bytes": "\(node.config.offsets.segmentBytes)",
      ])
  }

  private func findCoordinatorResponse(
    _ request: FindCoordinatorRequest, _ error: ErrorCode, _ context: RequestContext
  ) -> FindCoordinatorResponse {
    var answer = coordinator(request.keyType, error, context)
    if answer.errorCode == .none { answer.errorMessage = context.head.version >= 4 ? "" : "NONE" }
    var response = FindCoordinatorResponse(
      errorCode: answer.errorCode, errorMessage: answer.errorMessage, nodeId: answer.nodeId,
      host: answer.host, port: answer.port)
    response.coordinators = request.coordinatorKeys.map {
      var answer = answer
      answer.key = $0
      return answer
    }
    return response
  }

  private func coordinator(_ keyType: Int8, _ error: ErrorCode, _ context: RequestContext)
    -> FindCoordinatorResponse.Coordinator
  {
    var answer = FindCoordinatorResponse.Coordinator(
      key: "", nodeId: -1, host: "", port: -1, errorCode: error, errorMessage: error.message)
    if keyType == CoordinatorKeyType.transaction {
      answer.errorCode = .clusterAuthorizationFailed
      answer.errorMessage = "transactions are not served by this broker"
      return answer
    }
    guard keyType == CoordinatorKeyType.group else {
      answer.errorCode = .invalidRequest
      answer.errorMessage = "coordinators of type \(keyType) are not served by this broker"
      return answer
    }
    guard error == .none else { return answer }
    guard let own = nodes(for: context).first(where: { $0.id == node.config.nodeId }) else {
      answer.errorCode = .coordinatorNotAvailable
      answer.errorMessage = ErrorCode.coordinatorNotAvailable.message
      return answer
    }
    answer.nodeId = own.id
    answer.host = own.host
    answer.port = own.port
    return answer
  }
}
