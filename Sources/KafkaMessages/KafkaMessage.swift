import KafkaFormat

/// A run of fields that reads and writes itself: a message, or a structure within one.
///
/// Fields have Kafka's names and defaults. Reading a version leaves the fields that it lacks at
/// their defaults; writing leaves them out. Tagged fields that are not known are passed over.
public protocol KafkaStruct: Equatable, Sendable {
  /// Every field at Kafka's default.
  init()

  /// - Throws: `FormatError`; nothing that a peer sends can trap, and what is allocated grows with
  ///   the bytes that are there, not with the counts that they claim.
  @_lifetime(reader: copy reader)
  init(from reader: inout ByteReader, version: Int16) throws(FormatError)

  func write(to writer: inout ByteWriter, version: Int16)

  /// The path of the first field whose value `version` cannot carry and which Kafka does not
  /// allow to be dropped; `nil` where all is well.
  func unsupportedField(in version: Int16) -> String?
}

extension KafkaStruct {
  public func unsupportedField(in version: Int16) -> String? { nil }
}

/// A message as a whole, with the versions that its definition covers.
public protocol KafkaMessage: KafkaStruct {
  static var versions: ClosedRange<Int16> { get }
  /// From here on lengths are compact and tagged fields exist (KIP-482).
  static var firstFlexibleVersion: Int16 { get }
}

public protocol KafkaRequest: KafkaMessage {
  associatedtype Response: KafkaResponse
  static var apiKey: ApiKey { get }
}

public protocol KafkaResponse: KafkaMessage {
  static var apiKey: ApiKey { get }
}

/// The body of a record of the metadata log (KIP-631).
public protocol MetadataRecordBody: KafkaMessage {
  static var recordKey: UInt32 { get }
}

extension KafkaMessage {
  /// Throws unless the definition covers `version`.
  public static func requireVersion(_ version: Int16) throws(FormatError) {
    if !versions.contains(version) { throw .invalid("\(Self.self) has no version \(version)") }
  }

  /// These fields by themselves.
  public func bytes(version: Int16) -> [UInt8] {
    var writer = ByteWriter()
    write(to: &writer, version: version)
    return writer.finish()
  }
}
