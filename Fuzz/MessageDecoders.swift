import KafkaFormat
import KafkaMessages

/// The body of a control record; the first byte chooses which, the second the version.
func readControlRecord(_ bytes: [UInt8]) {
  guard bytes.count > 2 else { return }
  switch ControlRecordType(rawValue: Int16(bytes[0] % 7)) {
  case .leaderChange: readBody(LeaderChangeMessage.self, bytes)
  case .snapshotHeader: readBody(SnapshotHeaderRecord.self, bytes)
  case .snapshotFooter: readBody(SnapshotFooterRecord.self, bytes)
  case .kRaftVersion: readBody(KRaftVersionRecord.self, bytes)
  case .kRaftVoters: readBody(VotersRecord.self, bytes)
  case .abort, .commit, nil: _ = try? ControlRecordType(key: bytes.rawSpan)
  }
}

/// A key or value of `__consumer_offsets`, or what consumers tell each other; the first byte
/// chooses which, the second the version.
func readGroupRecord(_ bytes: [UInt8]) {
  guard bytes.count > 2 else { return }
  switch bytes[0] % 6 {
  case 0: readBody(OffsetCommitKey.self, bytes)
  case 1: readBody(OffsetCommitValue.self, bytes)
  case 2: readBody(GroupMetadataKey.self, bytes)
  case 3: readBody(GroupMetadataValue.self, bytes)
  case 4: readBody(ConsumerProtocolSubscription.self, bytes)
  default: readBody(ConsumerProtocolAssignment.self, bytes)
  }
}

private func readBody<Message: KafkaMessage>(_ type: Message.Type, _ bytes: [UInt8]) {
  let version = Int16(bytes[1])
  guard Message.versions.contains(version) else { return }
  if let message = read(type, Array(bytes[2...]), version) { roundTrip(message, version) }
}

/// The walk in place must find the records that the generated reader finds; the first byte is the
/// version. The generated reader refuses more: names that are not UTF-8.
func compareProduceWalk(_ bytes: [UInt8]) {
  guard let first = bytes.first else { return }
  let version = Int16(first % 14)
  let body = Array(bytes[1...])
  guard ProduceRequest.versions.contains(version),
    let request = read(ProduceRequest.self, body, version),
    var walk = try? ProduceRequestReader(body.rawSpan, from: 0, version: version)
  else { return }
  var found: [[UInt8]?] = []
  while let partition = try? walk.next(in: body.rawSpan) {
    found.append(partition.records.map { Array(body[$0]) })
  }
  let expected = request.topicData.flatMap { $0.partitionData.map(\.records) }
  precondition(found == expected, "Produce v\(version): the walk differs")
}

/// As `compareProduceWalk`, for a response to Fetch.
func compareFetchWalk(_ bytes: [UInt8]) {
  guard let first = bytes.first else { return }
  let version = Int16(first % 19)
  let body = Array(bytes[1...])
  guard FetchResponse.versions.contains(version),
    let response = read(FetchResponse.self, body, version),
    var walk = try? FetchResponseReader(body.rawSpan, from: 0, version: version)
  else { return }
  var found: [[UInt8]?] = []
  while let partition = try? walk.next(in: body.rawSpan) {
    found.append(partition.records.map { Array(body[$0]) })
  }
  let expected = response.responses.flatMap { $0.partitions.map(\.records) }
  precondition(found == expected, "Fetch v\(version): the walk differs")
}

/// As `compareProduceWalk`, for a request to Fetch.
func compareFetchRequestWalk(_ bytes: [UInt8]) {
  guard let first = bytes.first else { return }
  let version = Int16(first % 19)
  let body = Array(bytes[1...])
  let frame = body.rawSpan
  guard var walk = try? FetchRequestReader(frame, from: 0, version: version) else { return }
  var wanted: [[Int64]] = []
  var forgotten: [Int32] = []
  do {
    while let partition = try walk.next(in: frame) {
      wanted.append([Int64(partition.index), partition.fetchOffset, Int64(partition.maxBytes)])
    }
    while let partition = try walk.nextForgotten(in: frame) { forgotten.append(partition.index) }
  } catch { return }
  // The generated reader refuses more than names: fields behind tags that the walk passes over.
  guard let request = read(FetchRequest.self, body, version) else { return }
  let expected = request.topics.flatMap { topic in
    topic.partitions.map { [Int64($0.partition), $0.fetchOffset, Int64($0.partitionMaxBytes)] }
  }
  precondition(wanted == expected, "Fetch v\(version): the walk differs")
  precondition(
    forgotten == request.forgottenTopicsData.flatMap(\.partitions),
    "Fetch v\(version): the walk through the forgotten differs")
}

/// A whole message; `nil` where the bytes are not one or do not end with it.
private func read<Message: KafkaMessage>(_ type: Message.Type, _ bytes: [UInt8], _ version: Int16)
  -> Message?
{
  var reader = ByteReader(bytes.rawSpan)
  guard let message = try? Message(from: &reader, version: version), reader.remaining == 0 else {
    return nil
  }
  return message
}
