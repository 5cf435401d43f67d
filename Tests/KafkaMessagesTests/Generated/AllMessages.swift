// swift-format-ignore-file
// Made by scripts/generate-messages; not edited by hand.

import KafkaMessages

let allMessages: [any RandomMessage.Type] = [
  AlterConfigsRequest.self,
  AlterConfigsResponse.self,
  AlterPartitionReassignmentsRequest.self,
  AlterPartitionReassignmentsResponse.self,
  ApiVersionsRequest.self,
  ApiVersionsResponse.self,
  CreateAclsRequest.self,
  CreateAclsResponse.self,
  CreatePartitionsRequest.self,
  CreatePartitionsResponse.self,
  CreateTopicsRequest.self,
  CreateTopicsResponse.self,
  DeleteAclsRequest.self,
  DeleteAclsResponse.self,
  DeleteGroupsRequest.self,
  DeleteGroupsResponse.self,
  DeleteRecordsRequest.self,
  DeleteRecordsResponse.self,
  DeleteTopicsRequest.self,
  DeleteTopicsResponse.self,
  DescribeAclsRequest.self,
  DescribeAclsResponse.self,
  DescribeClientQuotasRequest.self,
  DescribeClientQuotasResponse.self,
  DescribeClusterRequest.self,
  DescribeClusterResponse.self,
  DescribeConfigsRequest.self,
  DescribeConfigsResponse.self,
  DescribeGroupsRequest.self,
  DescribeGroupsResponse.self,
  DescribeLogDirsRequest.self,
  DescribeLogDirsResponse.self,
  DescribeProducersRequest.self,
  DescribeProducersResponse.self,
  DescribeQuorumRequest.self,
  DescribeQuorumResponse.self,
  DescribeTopicPartitionsRequest.self,
  DescribeTopicPartitionsResponse.self,
  DescribeUserScramCredentialsRequest.self,
  DescribeUserScramCredentialsResponse.self,
  ElectLeadersRequest.self,
  ElectLeadersResponse.self,
  FetchRequest.self,
  FetchResponse.self,
  FindCoordinatorRequest.self,
  FindCoordinatorResponse.self,
  HeartbeatRequest.self,
  HeartbeatResponse.self,
  IncrementalAlterConfigsRequest.self,
  IncrementalAlterConfigsResponse.self,
  InitProducerIdRequest.self,
  InitProducerIdResponse.self,
  JoinGroupRequest.self,
  JoinGroupResponse.self,
  LeaveGroupRequest.self,
  LeaveGroupResponse.self,
  ListConfigResourcesRequest.self,
  ListConfigResourcesResponse.self,
  ListGroupsRequest.self,
  ListGroupsResponse.self,
  ListOffsetsRequest.self,
  ListOffsetsResponse.self,
  ListPartitionReassignmentsRequest.self,
  ListPartitionReassignmentsResponse.self,
  MetadataRequest.self,
  MetadataResponse.self,
  OffsetCommitRequest.self,
  OffsetCommitResponse.self,
  OffsetDeleteRequest.self,
  OffsetDeleteResponse.self,
  OffsetFetchRequest.self,
  OffsetFetchResponse.self,
  OffsetForLeaderEpochRequest.self,
  OffsetForLeaderEpochResponse.self,
  ProduceRequest.self,
  ProduceResponse.self,
  SaslAuthenticateRequest.self,
  SaslAuthenticateResponse.self,
  SaslHandshakeRequest.self,
  SaslHandshakeResponse.self,
  SyncGroupRequest.self,
  SyncGroupResponse.self,
  KRaftVersionRecord.self,
  LeaderChangeMessage.self,
  SnapshotFooterRecord.self,
  SnapshotHeaderRecord.self,
  VotersRecord.self,
  ConsumerProtocolAssignment.self,
  ConsumerProtocolSubscription.self,
  GroupMetadataKey.self,
  GroupMetadataValue.self,
  OffsetCommitKey.self,
  OffsetCommitValue.self,
  RequestHeader.self,
  ResponseHeader.self,
  AbortTransactionRecord.self,
  BeginTransactionRecord.self,
  BrokerRegistrationChangeRecord.self,
  ConfigRecord.self,
  EndTransactionRecord.self,
  FeatureLevelRecord.self,
  NoOpRecord.self,
  PartitionChangeRecord.self,
  PartitionRecord.self,
  ProducerIdsRecord.self,
  RegisterBrokerRecord.self,
  RemoveTopicRecord.self,
  TopicRecord.self,
  UnregisterBrokerRecord.self,
]

extension AlterConfigsRequest: RandomMessage {}
extension AlterConfigsResponse: RandomMessage {}
extension AlterPartitionReassignmentsRequest: RandomMessage {}
extension AlterPartitionReassignmentsResponse: RandomMessage {}
extension ApiVersionsRequest: RandomMessage {}
extension ApiVersionsResponse: RandomMessage {}
extension CreateAclsRequest: RandomMessage {}
extension CreateAclsResponse: RandomMessage {}
extension CreatePartitionsRequest: RandomMessage {}
extension CreatePartitionsResponse: RandomMessage {}
extension CreateTopicsRequest: RandomMessage {}
extension CreateTopicsResponse: RandomMessage {}
extension DeleteAclsRequest: RandomMessage {}
extension DeleteAclsResponse: RandomMessage {}
extension DeleteGroupsRequest: RandomMessage {}
extension DeleteGroupsResponse: RandomMessage {}
extension DeleteRecordsRequest: RandomMessage {}
extension DeleteRecordsResponse: RandomMessage {}
extension DeleteTopicsRequest: RandomMessage {}
extension DeleteTopicsResponse: RandomMessage {}
extension DescribeAclsRequest: RandomMessage {}
extension DescribeAclsResponse: RandomMessage {}
extension DescribeClientQuotasRequest: RandomMessage {}
extension DescribeClientQuotasResponse: RandomMessage {}
extension DescribeClusterRequest: RandomMessage {}
extension DescribeClusterResponse: RandomMessage {}
extension DescribeConfigsRequest: RandomMessage {}
extension DescribeConfigsResponse: RandomMessage {}
extension DescribeGroupsRequest: RandomMessage {}
extension DescribeGroupsResponse: RandomMessage {}
extension DescribeLogDirsRequest: RandomMessage {}
extension DescribeLogDirsResponse: RandomMessage {}
extension DescribeProducersRequest: RandomMessage {}
extension DescribeProducersResponse: RandomMessage {}
extension DescribeQuorumRequest: RandomMessage {}
extension DescribeQuorumResponse: RandomMessage {}
extension DescribeTopicPartitionsRequest: RandomMessage {}
extension DescribeTopicPartitionsResponse: RandomMessage {}
extension DescribeUserScramCredentialsRequest: RandomMessage {}
extension DescribeUserScramCredentialsResponse: RandomMessage {}
extension ElectLeadersRequest: RandomMessage {}
extension ElectLeadersResponse: RandomMessage {}
extension FetchRequest: RandomMessage {}
extension FetchResponse: RandomMessage {}
extension FindCoordinatorRequest: RandomMessage {}
extension FindCoordinatorResponse: RandomMessage {}
extension HeartbeatRequest: RandomMessage {}
extension HeartbeatResponse: RandomMessage {}
extension IncrementalAlterConfigsRequest: RandomMessage {}
extension IncrementalAlterConfigsResponse: RandomMessage {}
extension InitProducerIdRequest: RandomMessage {}
extension InitProducerIdResponse: RandomMessage {}
extension JoinGroupRequest: RandomMessage {}
extension JoinGroupResponse: RandomMessage {}
extension LeaveGroupRequest: RandomMessage {}
extension LeaveGroupResponse: RandomMessage {}
extension ListConfigResourcesRequest: RandomMessage {}
extension ListConfigResourcesResponse: RandomMessage {}
extension ListGroupsRequest: RandomMessage {}
extension ListGroupsResponse: RandomMessage {}
extension ListOffsetsRequest: RandomMessage {}
extension ListOffsetsResponse: RandomMessage {}
extension ListPartitionReassignmentsRequest: RandomMessage {}
extension ListPartitionReassignmentsResponse: RandomMessage {}
extension MetadataRequest: RandomMessage {}
extension MetadataResponse: RandomMessage {}
extension OffsetCommitRequest: RandomMessage {}
extension OffsetCommitResponse: RandomMessage {}
extension OffsetDeleteRequest: RandomMessage {}
extension OffsetDeleteResponse: RandomMessage {}
extension OffsetFetchRequest: RandomMessage {}
extension OffsetFetchResponse: RandomMessage {}
extension OffsetForLeaderEpochRequest: RandomMessage {}
extension OffsetForLeaderEpochResponse: RandomMessage {}
extension ProduceRequest: RandomMessage {}
extension ProduceResponse: RandomMessage {}
extension SaslAuthenticateRequest: RandomMessage {}
extension SaslAuthenticateResponse: RandomMessage {}
extension SaslHandshakeRequest: RandomMessage {}
extension SaslHandshakeResponse: RandomMessage {}
extension SyncGroupRequest: RandomMessage {}
extension SyncGroupResponse: RandomMessage {}
extension KRaftVersionRecord: RandomMessage {}
extension LeaderChangeMessage: RandomMessage {}
extension SnapshotFooterRecord: RandomMessage {}
extension SnapshotHeaderRecord: RandomMessage {}
extension VotersRecord: RandomMessage {}
extension ConsumerProtocolAssignment: RandomMessage {}
extension ConsumerProtocolSubscription: RandomMessage {}
extension GroupMetadataKey: RandomMessage {}
extension GroupMetadataValue: RandomMessage {}
extension OffsetCommitKey: RandomMessage {}
extension OffsetCommitValue: RandomMessage {}
extension RequestHeader: RandomMessage {}
extension ResponseHeader: RandomMessage {}
extension AbortTransactionRecord: RandomMessage {}
extension BeginTransactionRecord: RandomMessage {}
extension BrokerRegistrationChangeRecord: RandomMessage {}
extension ConfigRecord: RandomMessage {}
extension EndTransactionRecord: RandomMessage {}
extension FeatureLevelRecord: RandomMessage {}
extension NoOpRecord: RandomMessage {}
extension PartitionChangeRecord: RandomMessage {}
extension PartitionRecord: RandomMessage {}
extension ProducerIdsRecord: RandomMessage {}
extension RegisterBrokerRecord: RandomMessage {}
extension RemoveTopicRecord: RandomMessage {}
extension TopicRecord: RandomMessage {}
extension UnregisterBrokerRecord: RandomMessage {}
