import KafkaFormat
import KafkaMessages

// DescribeCluster (60), versions 0–2; ListConfigResources (74), versions 0–1.
//
// DescribeCluster: v1 endpoint type: brokers (1) only, controllers (2) are
//   MISMATCHED_ENDPOINT_TYPE, others UNSUPPORTED_ENDPOINT_TYPE; v2 fenced brokers (there are none)
// ListConfigResources: v0 client metrics only (none); v1 topics and the broker

extension RequestProcessor {
  func handleDescribeCluster(_ frame: RawSpan, _ context: RequestContext) throws(FormatError)
    -> Outcome
  {
    let request = try context.decode(DescribeClusterRequest.self, frame)
    var response = DescribeClusterResponse(
      endpointType: request.endpointType, clusterId: node.clusterId,
      controllerId: node.config.nodeId)
    switch request.endpointType {
    case 1:
      let nodes = nodes(for: context)
      if nodes.isEmpty { response.controllerId = -1 }
      response.brokers = nodes.map {
        DescribeClusterResponse.DescribeClusterBroker(
          brokerId: $0.id, host: $0.host, port: $0.port, rack: $0.rack)
      }
      if request.includeClusterAuthorizedOperations {
        response.clusterAuthorizedOperations = Self.clusterOperations
      }
    case 2:
      response.errorCode = .mismatchedEndpointType
      response.errorMessage = "The request was sent to an endpoint of type BROKER."
    default:
      response.errorCode = .unsupportedEndpointType
      response.errorMessage = ErrorCode.unsupportedEndpointType.message
    }
    return context.response(response)
  }

  func handleListConfigResources(_ frame: RawSpan, _ context: RequestContext)
    throws(FormatError) -> Outcome
  {
    let request = try context.decode(ListConfigResourcesRequest.self, frame)
    var response = ListConfigResourcesResponse()
    guard context.head.version >= 1 else { return context.response(response) }
    func wants(_ type: Int8) -> Bool {
      request.resourceTypes.isEmpty || request.resourceTypes.contains(type)
    }
    if wants(MetadataState.ResourceType.topic) {
      response.configResources += image.topicNames.map {
        .init(resourceName: $0, resourceType: MetadataState.ResourceType.topic)
      }
    }
    if wants(MetadataState.ResourceType.broker) {
      response.configResources.append(
        .init(
          resourceName: "\(node.config.nodeId)", resourceType: MetadataState.ResourceType.broker))
    }
    return context.response(response)
  }
}
