/// The versions of each API that this broker serves and those that it says it serves.
public enum SupportedVersions {
  /// What an answer to ApiVersions lists, in ascending order of keys.
  ///
  /// Produce starts at 0 though 3 is the first that is served: librdkafka before 2.11.1 looks for
  /// version 0 and without it drops gzip and snappy without a word (KAFKA-18659). FindCoordinator
  /// starts at 0 for the same reason with lz4.
  public static let table: [(key: ApiKey, versions: ClosedRange<Int16>)] = [
    (.produce, 0...13),
    (.fetch, 4...18),
    (.listOffsets, 1...11),
    (.metadata, 0...13),
    (.offsetCommit, 2...10),
    (.offsetFetch, 1...10),
    (.findCoordinator, 0...6),
    (.joinGroup, 0...9),
    (.heartbeat, 0...4),
    (.leaveGroup, 0...5),
    (.syncGroup, 0...5),
    (.describeGroups, 0...6),
    (.listGroups, 0...5),
    (.saslHandshake, 0...1),
    (.apiVersions, 0...4),
    (.createTopics, 2...7),
    (.deleteTopics, 1...6),
    (.deleteRecords, 0...2),
    (.initProducerId, 0...5),
    (.offsetForLeaderEpoch, 2...4),
    (.describeAcls, 1...3),
    (.createAcls, 1...3),
    (.deleteAcls, 1...3),
    (.describeConfigs, 1...4),
    (.alterConfigs, 0...2),
    (.describeLogDirs, 1...5),
    (.saslAuthenticate, 0...2),
    (.createPartitions, 0...3),
    (.deleteGroups, 0...2),
    (.electLeaders, 0...2),
    (.incrementalAlterConfigs, 0...1),
    (.listPartitionReassignments, 0...0),
    (.offsetDelete, 0...0),
    (.describeClientQuotas, 0...1),
    (.describeUserScramCredentials, 0...0),
    (.describeCluster, 0...2),
    (.describeProducers, 0...0),
    (.listConfigResources, 0...1),
    (.describeTopicPartitions, 0...0),
  ]
}

extension ApiKey {
  /// The versions that the broker lists; `nil` where it does not list this API.
  public var advertised: ClosedRange<Int16>? {
    SupportedVersions.table.first { $0.key == self }?.versions
  }

  /// The versions that the broker answers other than with UNSUPPORTED_VERSION.
  public var served: ClosedRange<Int16>? { self == .produce ? 3...13 : advertised }
}
