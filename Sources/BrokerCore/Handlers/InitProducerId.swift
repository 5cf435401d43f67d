import KafkaFormat
import KafkaMessages

// InitProducerId (22), versions 0–5. Done by the controller.
//
// For idempotent producers: an id of a block that is durable in the metadata log, epoch 0. Ids are
// never handed out twice; the rest of a block is lost at a restart, as in Kafka.
// A transactional id is refused with TRANSACTIONAL_ID_AUTHORIZATION_FAILED, which clients take as
// fatal: transactions are not served yet.
// v2 flexible; v3 the producer's present id and epoch: a new id all the same

extension RequestProcessor {
  func planInitProducerId(_ frame: RawSpan, _ context: RequestContext) throws(FormatError)
    -> ChangePlan
  {
    let request = try context.decode(InitProducerIdRequest.self, frame)
    if let id = request.transactionalId {
      let code: ErrorCode = id.isEmpty ? .invalidRequest : .transactionalIdAuthorizationFailed
      return ChangePlan { _, _ in context.encoded(InitProducerIdResponse(errorCode: code)) }
    }
    let nodeId = node.config.nodeId
    let block = node.controller.withLock { controller -> MetadataRecord? in
      if controller.nextProducerId < controller.producerIdsEnd { return nil }
      return .producerIds(
        ProducerIdsRecord(
          brokerId: nodeId, brokerEpoch: controller.brokerEpoch,
          nextProducerId: controller.state.nextProducerId + ControllerState.producerIdBlock))
    }
    return ChangePlan(records: block.map { [$0] } ?? []) { processor, error in
      if let error {
        let code =
          error.code == .kafkaStorageError ? ErrorCode.coordinatorLoadInProgress : error.code
        return context.encoded(InitProducerIdResponse(errorCode: code))
      }
      let id = processor.node.controller.withLock { controller -> Int64 in
        if controller.nextProducerId >= controller.producerIdsEnd {
          controller.producerIdsEnd = controller.state.nextProducerId
          controller.nextProducerId = controller.producerIdsEnd - ControllerState.producerIdBlock
        }
        controller.nextProducerId += 1
        return controller.nextProducerId - 1
      }
      return context.encoded(InitProducerIdResponse(producerId: id, producerEpoch: 0))
    }
  }
}
