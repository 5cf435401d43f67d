/// Writes what needs all messages at once.
struct TableEmitter {
  let messages: [MessageDefinition]

  private func isRequest(_ message: MessageDefinition) -> Bool {
    if case .request = message.kind { true } else { false }
  }

  private var requests: [MessageDefinition] { messages.filter { isRequest($0) } }

  private var records: [MessageDefinition] {
    messages.filter { if case .record = $0.kind { true } else { false } }
  }

  private static let head = """
    // swift-format-ignore-file
    // Made by scripts/generate-messages; not edited by hand.

    """

  /// `ApiKey.requestType`: the decoder of each request.
  func requestTypes() -> String {
    var out = SourceText()
    out.line(Self.head)
    out.block("extension ApiKey") { out in
      out.line("/// The request of this API; `nil` where it has no definition here.")
      out.block("public var requestType: (any KafkaRequest.Type)?") { out in
        out.line("switch self {")
        for request in requests {
          out.line("case .\(MessageEmitter.caseName(request.family)): \(request.name).self")
        }
        out.line("default: nil")
        out.line("}")
      }
    }
    return out.text
  }

  /// `MetadataRecord`: one case for each record of the metadata log.
  func metadataRecord() -> String {
    var out = SourceText()
    out.line(Self.head)
    out.line("import KafkaFormat")
    out.line()
    out.line("/// One record of the metadata log (KIP-631).")
    out.block("public enum MetadataRecord: Equatable, Sendable") { out in
      for record in records { out.line("case \(caseName(record))(\(record.name))") }
      out.line()
      out.block("public var body: any MetadataRecordBody") { out in
        out.line("switch self {")
        for record in records { out.line("case .\(caseName(record))(let body): body") }
        out.line("}")
      }
      out.line()
      out.line("/// Reads the body of the record with this key; `nil` where the key is not known.")
      out.line("@_lifetime(reader: copy reader)")
      out.line("public init?(key: UInt32, version: Int16, from reader: inout ByteReader)")
      out.block("  throws(FormatError)") { out in
        out.line("switch key {")
        for record in records {
          let type = record.name
          out.line("case \(type).recordKey:")
          out.line("  try \(type).requireVersion(version)")
          out.line("  self = .\(caseName(record))(try \(type)(from: &reader, version: version))")
        }
        out.line("default: return nil")
        out.line("}")
      }
    }
    return out.text
  }

  private func caseName(_ record: MessageDefinition) -> String {
    MessageEmitter.caseName(record.name.replacing("Record", with: ""))
  }

  /// The tests' list of all messages.
  func randomTable() -> String {
    var out = SourceText()
    out.line(Self.head)
    out.line("import KafkaMessages")
    out.line()
    out.line("let allMessages: [any RandomMessage.Type] = [")
    for message in messages { out.line("  \(message.name).self,") }
    out.line("]")
    out.line()
    for message in messages { out.line("extension \(message.name): RandomMessage {}") }
    return out.text
  }
}
