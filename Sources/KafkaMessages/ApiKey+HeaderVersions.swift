/// Which version of the header goes with which version of an API.
///
/// - Source: KIP-482; KIP-511 (the response to ApiVersions).
extension ApiKey {
  /// The first version with compact lengths and tagged fields; `Int16.max` where there is none.
  public var firstFlexibleVersion: Int16 {
    switch self {
    case .writeTxnMarkers, .incrementalAlterConfigs, .describeClientQuotas, .alterClientQuotas,
      .beginQuorumEpoch, .endQuorumEpoch:
      1
    case .deleteRecords, .initProducerId, .describeAcls, .createAcls, .deleteAcls, .alterConfigs,
      .alterReplicaLogDirs, .describeLogDirs, .saslAuthenticate, .createPartitions,
      .createDelegationToken, .renewDelegationToken, .expireDelegationToken,
      .describeDelegationToken, .deleteGroups, .electLeaders:
      2
    case .findCoordinator, .listGroups, .apiVersions, .addPartitionsToTxn, .addOffsetsToTxn,
      .endTxn, .txnOffsetCommit:
      3
    case .heartbeat, .leaveGroup, .syncGroup, .deleteTopics, .offsetForLeaderEpoch,
      .describeConfigs:
      4
    case .describeGroups, .createTopics: 5
    case .listOffsets, .offsetFetch, .joinGroup: 6
    case .offsetCommit: 8
    case .produce, .metadata: 9
    case .fetch: 12
    case .leaderAndIsr, .stopReplica, .updateMetadata, .controlledShutdown, .saslHandshake,
      .offsetDelete:
      Int16.max
    default: 0
    }
  }

  /// 2 where the version is flexible, else 1. A version that is not known is taken as flexible,
  /// as Kafka does, so that the client's id and correlation id can be read.
  public func requestHeaderVersion(for apiVersion: Int16) -> Int16 {
    apiVersion >= firstFlexibleVersion ? 2 : 1
  }

  /// 1 where the version is flexible, else 0. Always 0 for ApiVersions, whose client does not know
  /// yet what the broker can.
  public func responseHeaderVersion(for apiVersion: Int16) -> Int16 {
    if self == .apiVersions { return 0 }
    return apiVersion >= firstFlexibleVersion ? 1 : 0
  }
}
