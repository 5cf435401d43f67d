// swift-format-ignore-file
// Made by scripts/generate-messages; not edited by hand.

extension ApiKey {
  /// The request of this API; `nil` where it has no definition here.
  public var requestType: (any KafkaRequest.Type)? {
    switch self {
    case .alterConfigs: AlterConfigsRequest.self
    case .alterPartitionReassignments: AlterPartitionReassignmentsRequest.self
    case .apiVersions: ApiVersionsRequest.self
    case .createAcls: CreateAclsRequest.self
    case .createPartitions: CreatePartitionsRequest.self
    case .createTopics: CreateTopicsRequest.self
    case .deleteAcls: DeleteAclsRequest.self
    case .deleteGroups: DeleteGroupsRequest.self
    case .deleteRecords: DeleteRecordsRequest.self
    case .deleteTopics: DeleteTopicsRequest.self
    case .describeAcls: DescribeAclsRequest.self
    case .describeClientQuotas: DescribeClientQuotasRequest.self
    case .describeCluster: DescribeClusterRequest.self
    case .describeConfigs: DescribeConfigsRequest.self
    case .describeGroups: DescribeGroupsRequest.self
    case .describeLogDirs: DescribeLogDirsRequest.self
    case .describeProducers: DescribeProducersRequest.self
    case .describeQuorum: DescribeQuorumRequest.self
    case .describeTopicPartitions: DescribeTopicPartitionsRequest.self
    case .describeUserScramCredentials: DescribeUserScramCredentialsRequest.self
    case .electLeaders: ElectLeadersRequest.self
    case .fetch: FetchRequest.self
    case .findCoordinator: FindCoordinatorRequest.self
    case .heartbeat: HeartbeatRequest.self
    case .incrementalAlterConfigs: IncrementalAlterConfigsRequest.self
    case .initProducerId: InitProducerIdRequest.self
    case .joinGroup: JoinGroupRequest.self
    case .leaveGroup: LeaveGroupRequest.self
    case .listConfigResources: ListConfigResourcesRequest.self
    case .listGroups: ListGroupsRequest.self
    case .listOffsets: ListOffsetsRequest.self
    case .listPartitionReassignments: ListPartitionReassignmentsRequest.self
    case .metadata: MetadataRequest.self
    case .offsetCommit: OffsetCommitRequest.self
    case .offsetDelete: OffsetDeleteRequest.self
    case .offsetFetch: OffsetFetchRequest.self
    case .offsetForLeaderEpoch: OffsetForLeaderEpochRequest.self
    case .produce: ProduceRequest.self
    case .saslAuthenticate: SaslAuthenticateRequest.self
    case .saslHandshake: SaslHandshakeRequest.self
    case .syncGroup: SyncGroupRequest.self
    default: nil
    }
  }
}
