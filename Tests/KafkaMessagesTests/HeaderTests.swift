import KafkaFormat
import KafkaMessages
import Testing

@Suite("Headers and versions")
struct HeaderTests {
  @Test("the first flexible version of an API is that of its messages")
  func flexibleVersions() {
    for key in ApiKey.allCases {
      guard let type = key.requestType else { continue }
      #expect(key.firstFlexibleVersion == type.firstFlexibleVersion, "\(key)")
    }
  }

  @Test("what is advertised has a definition, in ascending order of keys")
  func advertised() throws {
    var last: Int16 = -1
    for (key, versions) in SupportedVersions.table {
      #expect(key.rawValue > last)
      last = key.rawValue
      let type = try #require(key.requestType)
      let served = try #require(key.served)
      #expect(
        type.versions.contains(served.lowerBound) && served.upperBound <= type.versions.upperBound)
      #expect(key.advertised == versions)
    }
    #expect(ApiKey.produce.served == 3...13)
    #expect(ApiKey.endTxn.advertised == nil)
  }

  @Test("the header is read without knowing its version")
  func headerOfUnknownVersion() throws {
    let plain = MetadataRequest().frame(version: 1, correlationId: 5, clientId: "weir")
    let flexible = MetadataRequest().frame(version: 12, correlationId: 6, clientId: nil)
    for (frame, version, id) in [(plain, 1 as Int16, "weir" as String?), (flexible, 12, nil)] {
      var reader = ByteReader(frame.rawSpan)
      #expect(Int(try reader.int32()) == frame.count - 4)
      let header = try RequestHeader.read(from: &reader)
      #expect(header.apiKey == .metadata)
      #expect(header.requestApiVersion == version)
      #expect(header.clientId == id)
      let request = try MetadataRequest(from: &reader, version: version)
      #expect(request == MetadataRequest() && reader.remaining == 0)
    }
  }

  @Test("the header before a response to ApiVersions never has tagged fields")
  func apiVersionsResponse() {
    #expect(ApiKey.apiVersions.responseHeaderVersion(for: 4) == 0)
    #expect(ApiKey.apiVersions.requestHeaderVersion(for: 4) == 2)
    #expect(ApiKey.fetch.responseHeaderVersion(for: 12) == 1)
    #expect(ApiKey.fetch.responseHeaderVersion(for: 11) == 0)
    #expect(ApiKey.saslHandshake.requestHeaderVersion(for: 1) == 1)
    #expect(
      ApiVersionsResponse().frame(version: 3, correlationId: 1)[4...] == [
        0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0,
      ])
  }

  @Test("names are Kafka's")
  func names() {
    #expect(ApiKey.apiVersions.name == "ApiVersions")
    #expect(ApiKey(rawValue: 32)?.name == "DescribeConfigs")
    #expect(ApiKey(rawValue: 1000) == nil)
  }

  @Test("a record of the metadata log goes through its envelope")
  func envelope() throws {
    let id = KafkaUUID(high: 1, low: 2)
    let bytes = TopicRecord(name: "a", topicId: id).envelope(version: 0)
    #expect(bytes[..<5] == [1, 2, 0, 2, 97])
    #expect(try MetadataRecord(envelope: bytes.rawSpan) == .topic(.init(name: "a", topicId: id)))
    let wrongs: [[UInt8]] = [[2] + bytes[1...], bytes + [0], [1, 0x7F, 0], [1, 2, 9], []]
    for wrong in wrongs {
      #expect(throws: FormatError.self) { try MetadataRecord(envelope: wrong.rawSpan) }
    }
  }

  @Test("what a version cannot carry is named")
  func unsupportedField() {
    var request = MetadataRequest(topics: nil)
    #expect(request.unsupportedField(in: 0) == "topics")
    request.topics = [.init(name: nil)]
    #expect(request.unsupportedField(in: 9) == "topics.name")
    #expect(request.unsupportedField(in: 10) == nil)
  }
}
