import KafkaFormat

/// A metadata log that another software wrote, with records that Weir does not read.
enum ForeignMetadata {
  /// What Kafka's records of types that are not served hold, by their number.
  private static let names: [UInt32: String] = [
    7: "a fenced broker (FENCE_BROKER_RECORD)",
    8: "an unfenced broker (UNFENCE_BROKER_RECORD)",
    10: "a delegation token (DELEGATION_TOKEN_RECORD)",
    11: "SCRAM credentials (USER_SCRAM_CREDENTIAL_RECORD)",
    14: "a client quota (CLIENT_QUOTA_RECORD)",
    16: "a removed feature (REMOVE_FEATURE_LEVEL_RECORD)",
    18: "an ACL (ACCESS_CONTROL_ENTRY_RECORD)",
    19: "a removed ACL (REMOVE_ACCESS_CONTROL_ENTRY_RECORD)",
    21: "a ZooKeeper migration (ZK_MIGRATION_STATE_RECORD)",
    22: "removed SCRAM credentials (REMOVE_USER_SCRAM_CREDENTIAL_RECORD)",
    26: "a removed delegation token (REMOVE_DELEGATION_TOKEN_RECORD)",
    27: "a controller's registration (REGISTER_CONTROLLER_RECORD)",
    28: "cleared eligible leader replicas (CLEAR_ELR_RECORD)",
  ]

  /// What a record holds, by the number of its type; nil where that is served or not known.
  static func name(ofRecord envelope: RawSpan) -> String? {
    var reader = ByteReader(envelope)
    guard let frame = try? reader.unsignedVarint(), frame == 1,
      let key = try? reader.unsignedVarint()
    else { return nil }
    return names[key]
  }

  /// Why a directory is not served, in words.
  static func refusal(_ path: String, offset: Int64, found: String, version: Int16?) -> String {
    let level = version.map { "metadata.version \($0)" } ?? "no metadata.version"
    let served = "\(MetadataFeature.lowestLevel) to \(MetadataFeature.level)"
    return "\(path) was written by Kafka with \(level), which Weir does not read: the record at"
      + " offset \(offset) is \(found). Weir reads directories of its own, with metadata.version"
      + " \(served): give it other log.dirs, and copy the topics with a client. Nothing was changed"
  }

  /// Why a directory is not served whose log begins behind a snapshot, in words.
  static func snapshotRefusal(_ directory: String, startOffset: Int64) -> String {
    "\(directory) begins at offset \(startOffset), behind a snapshot of Kafka, which Weir does not"
      + " read: give it other log.dirs, and copy the topics with a client. Nothing was changed"
  }
}
