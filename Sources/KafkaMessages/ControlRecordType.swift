import KafkaFormat

/// What a control record says: the second number of its key.
///
/// Key: [version i16 = 0 | type i16]. The value is an `EndTxnMarker` for the first two, else the
/// body that is named here.
///
/// - Source: KIP-98, KIP-595, KIP-630, KIP-853.
public enum ControlRecordType: Int16, Sendable, CaseIterable {
  case abort = 0
  case commit = 1
  /// `LeaderChangeMessage`.
  case leaderChange = 2
  /// `SnapshotHeaderRecord`.
  case snapshotHeader = 3
  /// `SnapshotFooterRecord`.
  case snapshotFooter = 4
  /// `KRaftVersionRecord`.
  case kRaftVersion = 5
  /// `VotersRecord`.
  case kRaftVoters = 6

  /// The key of a control record of this type.
  public var keyBytes: [UInt8] { [0, 0, 0, UInt8(rawValue)] }

  /// Reads a key; `nil` for a type that is not known.
  public init?(key: RawSpan) throws(FormatError) {
    var reader = ByteReader(key)
    let version = try reader.int16()
    if version < 0 { throw .invalid("version \(version) of a control record's key") }
    self.init(rawValue: try reader.int16())
  }
}
