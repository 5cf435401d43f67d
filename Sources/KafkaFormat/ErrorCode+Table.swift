extension ErrorCode {
  struct Entry: Sendable {
    let name: String
    let message: String
    let retry: Retry
  }

  /// What a client may do about an error.
  enum Retry: Sendable {
    /// The same request would fail again.
    case no
    /// The same request may succeed later.
    case yes
    /// The same request may succeed after a refresh of the metadata.
    case refresh
  }

  /// All codes from -1 on, without a gap.
  static let table: [Entry] = [
    Entry(
      name: "UNKNOWN_SERVER_ERROR", message: "the broker met an error that it did not expect",
      retry: .no),
    Entry(
      name: "NONE", message: "no error", retry: .no),
    Entry(
      name: "OFFSET_OUT_OF_RANGE", message: "the offset is outside of the partition's log",
      retry: .no),
    Entry(
      name: "CORRUPT_MESSAGE",
      message: "the record batch is damaged: bad checksum, size or contents", retry: .yes),
    Entry(
      name: "UNKNOWN_TOPIC_OR_PARTITION", message: "this broker has no such topic or partition",
      retry: .refresh),
    Entry(
      name: "INVALID_FETCH_SIZE", message: "the fetch size is not valid", retry: .no),
    Entry(
      name: "LEADER_NOT_AVAILABLE", message: "the partition has no leader at the moment",
      retry: .refresh),
    Entry(
      name: "NOT_LEADER_OR_FOLLOWER",
      message: "this broker is not the partition's leader, or not one of its replicas",
      retry: .refresh),
    Entry(
      name: "REQUEST_TIMED_OUT", message: "the request timed out", retry: .yes),
    Entry(
      name: "BROKER_NOT_AVAILABLE", message: "the broker is not available", retry: .no),
    Entry(
      name: "REPLICA_NOT_AVAILABLE", message: "the replica is not available", retry: .refresh),
    Entry(
      name: "MESSAGE_TOO_LARGE",
      message: "the record batch is larger than max.message.bytes allows", retry: .no),
    Entry(
      name: "STALE_CONTROLLER_EPOCH", message: "another controller has taken over", retry: .no),
    Entry(
      name: "OFFSET_METADATA_TOO_LARGE",
      message: "the metadata of the committed offset is too large", retry: .no),
    Entry(
      name: "NETWORK_EXCEPTION", message: "the connection ended before the answer", retry: .refresh),
    Entry(
      name: "COORDINATOR_LOAD_IN_PROGRESS", message: "the coordinator is still loading", retry: .yes
    ),
    Entry(
      name: "COORDINATOR_NOT_AVAILABLE", message: "the coordinator is not available", retry: .yes),
    Entry(
      name: "NOT_COORDINATOR", message: "this broker is not the coordinator", retry: .yes),
    Entry(
      name: "INVALID_TOPIC_EXCEPTION",
      message: "the topic's name is not valid, or the topic may not be used so", retry: .no),
    Entry(
      name: "RECORD_LIST_TOO_LARGE", message: "the record batch is larger than a segment",
      retry: .no),
    Entry(
      name: "NOT_ENOUGH_REPLICAS", message: "too few replicas are in sync to accept the batch",
      retry: .yes),
    Entry(
      name: "NOT_ENOUGH_REPLICAS_AFTER_APPEND",
      message: "the batch was appended, but too few replicas were in sync afterwards", retry: .yes),
    Entry(
      name: "INVALID_REQUIRED_ACKS", message: "acks must be -1, 0 or 1", retry: .no),
    Entry(
      name: "ILLEGAL_GENERATION", message: "the generation is not the group's current one",
      retry: .no),
    Entry(
      name: "INCONSISTENT_GROUP_PROTOCOL",
      message: "the member has no protocol in common with its group", retry: .no),
    Entry(
      name: "INVALID_GROUP_ID", message: "the group id is not valid", retry: .no),
    Entry(
      name: "UNKNOWN_MEMBER_ID", message: "the group has no such member", retry: .no),
    Entry(
      name: "INVALID_SESSION_TIMEOUT",
      message: "the session timeout is outside of what the broker allows", retry: .no),
    Entry(
      name: "REBALANCE_IN_PROGRESS", message: "the group is rebalancing", retry: .no),
    Entry(
      name: "INVALID_COMMIT_OFFSET_SIZE", message: "the committed offsets are too large", retry: .no
    ),
    Entry(
      name: "TOPIC_AUTHORIZATION_FAILED", message: "no right to the topic", retry: .no),
    Entry(
      name: "GROUP_AUTHORIZATION_FAILED", message: "no right to the group", retry: .no),
    Entry(
      name: "CLUSTER_AUTHORIZATION_FAILED", message: "no right to the cluster", retry: .no),
    Entry(
      name: "INVALID_TIMESTAMP", message: "the timestamp is too far from the broker's clock",
      retry: .no),
    Entry(
      name: "UNSUPPORTED_SASL_MECHANISM", message: "the SASL mechanism is not offered", retry: .no),
    Entry(
      name: "ILLEGAL_SASL_STATE",
      message: "the SASL request does not fit the state of the connection", retry: .no),
    Entry(
      name: "UNSUPPORTED_VERSION", message: "the version of this API is not served", retry: .no),
    Entry(
      name: "TOPIC_ALREADY_EXISTS", message: "a topic of that name exists", retry: .no),
    Entry(
      name: "INVALID_PARTITIONS", message: "the number of partitions is not valid", retry: .no),
    Entry(
      name: "INVALID_REPLICATION_FACTOR", message: "the replication factor is not valid", retry: .no
    ),
    Entry(
      name: "INVALID_REPLICA_ASSIGNMENT", message: "the assignment of replicas is not valid",
      retry: .no),
    Entry(
      name: "INVALID_CONFIG", message: "a configuration value is not valid", retry: .no),
    Entry(
      name: "NOT_CONTROLLER", message: "this broker is not the controller", retry: .yes),
    Entry(
      name: "INVALID_REQUEST", message: "the request is malformed", retry: .no),
    Entry(
      name: "UNSUPPORTED_FOR_MESSAGE_FORMAT",
      message: "the message format cannot answer this request", retry: .no),
    Entry(
      name: "POLICY_VIOLATION", message: "a policy forbids the request", retry: .no),
    Entry(
      name: "OUT_OF_ORDER_SEQUENCE_NUMBER", message: "a sequence number is out of order", retry: .no
    ),
    Entry(
      name: "DUPLICATE_SEQUENCE_NUMBER", message: "a sequence number was seen before", retry: .no),
    Entry(
      name: "INVALID_PRODUCER_EPOCH", message: "the producer's epoch is old", retry: .no),
    Entry(
      name: "INVALID_TXN_STATE", message: "the transaction's state does not allow this", retry: .no),
    Entry(
      name: "INVALID_PRODUCER_ID_MAPPING",
      message: "the producer id does not belong to the transactional id", retry: .no),
    Entry(
      name: "INVALID_TRANSACTION_TIMEOUT",
      message: "the transaction timeout is longer than allowed", retry: .no),
    Entry(
      name: "CONCURRENT_TRANSACTIONS", message: "another operation on the transaction is under way",
      retry: .yes),
    Entry(
      name: "TRANSACTION_COORDINATOR_FENCED",
      message: "another transaction coordinator has taken over", retry: .no),
    Entry(
      name: "TRANSACTIONAL_ID_AUTHORIZATION_FAILED", message: "no right to the transactional id",
      retry: .no),
    Entry(
      name: "SECURITY_DISABLED", message: "security is switched off", retry: .no),
    Entry(
      name: "OPERATION_NOT_ATTEMPTED",
      message: "the operation was not tried, because another one failed", retry: .no),
    Entry(
      name: "KAFKA_STORAGE_ERROR", message: "the log's disk failed", retry: .refresh),
    Entry(
      name: "LOG_DIR_NOT_FOUND", message: "there is no such log directory", retry: .no),
    Entry(
      name: "SASL_AUTHENTICATION_FAILED", message: "authentication by SASL failed", retry: .no),
    Entry(
      name: "UNKNOWN_PRODUCER_ID", message: "nothing is known of the producer id", retry: .no),
    Entry(
      name: "REASSIGNMENT_IN_PROGRESS", message: "the partition is being reassigned", retry: .no),
    Entry(
      name: "DELEGATION_TOKEN_AUTH_DISABLED", message: "delegation tokens are switched off",
      retry: .no),
    Entry(
      name: "DELEGATION_TOKEN_NOT_FOUND", message: "there is no such delegation token", retry: .no),
    Entry(
      name: "DELEGATION_TOKEN_OWNER_MISMATCH",
      message: "the delegation token belongs to somebody else", retry: .no),
    Entry(
      name: "DELEGATION_TOKEN_REQUEST_NOT_ALLOWED",
      message: "delegation tokens cannot be asked for on this connection", retry: .no),
    Entry(
      name: "DELEGATION_TOKEN_AUTHORIZATION_FAILED", message: "no right to the delegation token",
      retry: .no),
    Entry(
      name: "DELEGATION_TOKEN_EXPIRED", message: "the delegation token has expired", retry: .no),
    Entry(
      name: "INVALID_PRINCIPAL_TYPE", message: "the type of principal is not supported", retry: .no),
    Entry(
      name: "NON_EMPTY_GROUP", message: "the group still has members", retry: .no),
    Entry(
      name: "GROUP_ID_NOT_FOUND", message: "there is no such group", retry: .no),
    Entry(
      name: "FETCH_SESSION_ID_NOT_FOUND", message: "there is no such fetch session", retry: .yes),
    Entry(
      name: "INVALID_FETCH_SESSION_EPOCH", message: "the epoch of the fetch session is not valid",
      retry: .yes),
    Entry(
      name: "LISTENER_NOT_FOUND", message: "the leader has no listener of this name",
      retry: .refresh),
    Entry(
      name: "TOPIC_DELETION_DISABLED", message: "deleting topics is switched off", retry: .no),
    Entry(
      name: "FENCED_LEADER_EPOCH", message: "the leader epoch is older than the broker's",
      retry: .refresh),
    Entry(
      name: "UNKNOWN_LEADER_EPOCH", message: "the leader epoch is newer than the broker's",
      retry: .yes),
    Entry(
      name: "UNSUPPORTED_COMPRESSION_TYPE",
      message: "the codec is not supported by the client that asks", retry: .no),
    Entry(
      name: "STALE_BROKER_EPOCH", message: "the broker epoch has changed", retry: .no),
    Entry(
      name: "OFFSET_NOT_AVAILABLE", message: "the offset is not known yet after an election",
      retry: .yes),
    Entry(
      name: "MEMBER_ID_REQUIRED",
      message: "the member must join again with the id that it was given", retry: .no),
    Entry(
      name: "PREFERRED_LEADER_NOT_AVAILABLE", message: "the preferred leader is not available",
      retry: .refresh),
    Entry(
      name: "GROUP_MAX_SIZE_REACHED", message: "the group is full", retry: .no),
    Entry(
      name: "FENCED_INSTANCE_ID", message: "another member uses the same group instance id",
      retry: .no),
    Entry(
      name: "ELIGIBLE_LEADERS_NOT_AVAILABLE", message: "no replica is eligible as leader",
      retry: .refresh),
    Entry(
      name: "ELECTION_NOT_NEEDED", message: "an election is not needed", retry: .refresh),
    Entry(
      name: "NO_REASSIGNMENT_IN_PROGRESS", message: "no reassignment is in progress", retry: .no),
    Entry(
      name: "GROUP_SUBSCRIBED_TO_TOPIC", message: "the group is subscribed to the topic", retry: .no
    ),
    Entry(
      name: "INVALID_RECORD", message: "a record is not valid", retry: .no),
    Entry(
      name: "UNSTABLE_OFFSET_COMMIT", message: "some transactional offsets are not settled yet",
      retry: .yes),
    Entry(
      name: "THROTTLING_QUOTA_EXCEEDED", message: "a quota is exceeded", retry: .yes),
    Entry(
      name: "PRODUCER_FENCED",
      message: "a newer producer with this transactional id has taken over", retry: .no),
    Entry(
      name: "RESOURCE_NOT_FOUND", message: "a resource does not exist", retry: .no),
    Entry(
      name: "DUPLICATE_RESOURCE", message: "a resource is named twice", retry: .no),
    Entry(
      name: "UNACCEPTABLE_CREDENTIAL", message: "the credential is not acceptable", retry: .no),
    Entry(
      name: "INCONSISTENT_VOTER_SET", message: "the set of voters does not match", retry: .no),
    Entry(
      name: "INVALID_UPDATE_VERSION", message: "the version of the update is not valid", retry: .no),
    Entry(
      name: "FEATURE_UPDATE_FAILED", message: "the feature could not be updated", retry: .no),
    Entry(
      name: "PRINCIPAL_DESERIALIZATION_FAILURE",
      message: "the forwarded principal could not be read", retry: .no),
    Entry(
      name: "SNAPSHOT_NOT_FOUND", message: "there is no such snapshot", retry: .no),
    Entry(
      name: "POSITION_OUT_OF_RANGE", message: "the position is outside of the snapshot", retry: .no),
    Entry(
      name: "UNKNOWN_TOPIC_ID", message: "no topic of this id is on this broker", retry: .refresh),
    Entry(
      name: "DUPLICATE_BROKER_REGISTRATION", message: "the broker id is taken", retry: .no),
    Entry(
      name: "BROKER_ID_NOT_REGISTERED", message: "the broker id is not registered", retry: .no),
    Entry(
      name: "INCONSISTENT_TOPIC_ID", message: "the topic id is not that of the log", retry: .refresh
    ),
    Entry(
      name: "INCONSISTENT_CLUSTER_ID", message: "the cluster id is not that of this cluster",
      retry: .no),
    Entry(
      name: "TRANSACTIONAL_ID_NOT_FOUND", message: "there is no such transactional id", retry: .no),
    Entry(
      name: "FETCH_SESSION_TOPIC_ID_ERROR", message: "the fetch session mixes topic ids and names",
      retry: .yes),
    Entry(
      name: "INELIGIBLE_REPLICA", message: "a replica may not be in the in-sync set", retry: .no),
    Entry(
      name: "NEW_LEADER_ELECTED", message: "the change was made, and the leader is another one now",
      retry: .no),
    Entry(
      name: "OFFSET_MOVED_TO_TIERED_STORAGE", message: "the offset lives in tiered storage",
      retry: .no),
    Entry(
      name: "FENCED_MEMBER_EPOCH", message: "the member's epoch is fenced", retry: .no),
    Entry(
      name: "UNRELEASED_INSTANCE_ID",
      message: "the group instance id is still held by another member", retry: .no),
    Entry(
      name: "UNSUPPORTED_ASSIGNOR", message: "the assignor is not supported", retry: .no),
    Entry(
      name: "STALE_MEMBER_EPOCH", message: "the member's epoch is stale", retry: .no),
    Entry(
      name: "MISMATCHED_ENDPOINT_TYPE", message: "the endpoint is of another type", retry: .no),
    Entry(
      name: "UNSUPPORTED_ENDPOINT_TYPE", message: "this type of endpoint is not supported",
      retry: .no),
    Entry(
      name: "UNKNOWN_CONTROLLER_ID", message: "there is no such controller", retry: .no),
    Entry(
      name: "UNKNOWN_SUBSCRIPTION_ID", message: "there is no such telemetry subscription",
      retry: .no),
    Entry(
      name: "TELEMETRY_TOO_LARGE", message: "the telemetry is too large", retry: .no),
    Entry(
      name: "INVALID_REGISTRATION", message: "the registration is not valid", retry: .no),
    Entry(
      name: "TRANSACTION_ABORTABLE", message: "the transaction must be aborted", retry: .no),
    Entry(
      name: "INVALID_RECORD_STATE", message: "the record is not in a state that allows this",
      retry: .no),
    Entry(
      name: "SHARE_SESSION_NOT_FOUND", message: "there is no such share session", retry: .yes),
    Entry(
      name: "INVALID_SHARE_SESSION_EPOCH", message: "the epoch of the share session is not valid",
      retry: .yes),
    Entry(
      name: "FENCED_STATE_EPOCH", message: "the epoch of the share state is old", retry: .no),
    Entry(
      name: "INVALID_VOTER_KEY", message: "the voter's key does not match", retry: .no),
    Entry(
      name: "DUPLICATE_VOTER", message: "the voter is one already", retry: .no),
    Entry(
      name: "VOTER_NOT_FOUND", message: "there is no such voter", retry: .no),
    Entry(
      name: "INVALID_REGULAR_EXPRESSION", message: "the regular expression is not valid", retry: .no
    ),
    Entry(
      name: "REBOOTSTRAP_REQUIRED",
      message: "the client's metadata are too old, it must bootstrap again", retry: .no),
    Entry(
      name: "STREAMS_INVALID_TOPOLOGY", message: "the topology is not valid", retry: .no),
    Entry(
      name: "STREAMS_INVALID_TOPOLOGY_EPOCH", message: "the epoch of the topology is not valid",
      retry: .no),
    Entry(
      name: "STREAMS_TOPOLOGY_FENCED", message: "the epoch of the topology is old", retry: .no),
    Entry(
      name: "SHARE_SESSION_LIMIT_REACHED", message: "there are too many share sessions", retry: .yes
    ),
  ]
}
