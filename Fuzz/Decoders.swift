import KafkaFormat
import KafkaMessages

typealias Decoder = @Sendable ([UInt8]) -> Void

/// Every decoder that reads a client's or a file's bytes, by the name on the command line.
let decoders: [String: Decoder] = [
  "fields": readFieldScript,
  "request": readRequest,
  "response": readResponse,
  "produce-request": readProduceRequest,
  "fetch-response": readFetchResponse,
  "produce-walk": compareProduceWalk,
  "fetch-walk": compareFetchWalk,
  "fetch-request-walk": compareFetchRequestWalk,
  "control-record": readControlRecord,
  "group-record": readGroupRecord,
  "consumer-protocol": assignSubscription,
  "metadata-record": { bytes in _ = try? MetadataRecord(envelope: bytes.rawSpan) },
  "record-batch": readBatch,
  "records": readRecords,
  "gzip": { decompress($0, .gzip) },
  "snappy": { decompress($0, .snappy) },
  "lz4": { decompress($0, .lz4) },
  "zstd": { decompress($0, .zstd) },
  "producer-snapshot": readProducerSnapshot,
  "log-directory": recoverPartition,
  "scenario": readScenario,
  "histogram": readHistogram,
  "run-result": readRunResult,
  "baseline": readBaseline,
  "checkpoints": readCheckpoints,
  "request-processor": processRequest,
  "offsets-topic-record": readOffsetsTopicRecord,
  "whole-batches": readWholeBatches,
]

/// A whole frame as the broker reads it, then written again: what was read must be writable.
private func readRequest(_ bytes: [UInt8]) {
  var reader = ByteReader(bytes.rawSpan)
  guard let header = try? RequestHeader.read(from: &reader),
    let type = header.apiKey?.requestType
  else { return }
  decode(type, &reader, header.requestApiVersion)
}

private func decode<Request: KafkaRequest>(
  _ type: Request.Type, _ reader: inout ByteReader, _ version: Int16
) {
  guard Request.versions.contains(version),
    let request = try? Request(from: &reader, version: version)
  else { return }
  roundTrip(request, version)
}

/// The first two bytes choose the API and the version.
private func readResponse(_ bytes: [UInt8]) {
  guard bytes.count > 2, let key = ApiKey(rawValue: Int16(bytes[0])), let type = key.requestType
  else { return }
  decodeResponse(type, bytes)
}

private func decodeResponse<Request: KafkaRequest>(_ type: Request.Type, _ bytes: [UInt8]) {
  let version = Int16(bytes[1])
  var reader = ByteReader(bytes.rawSpan)
  guard Request.Response.versions.contains(version), (try? reader.skip(2)) != nil,
    let response = try? Request.Response(from: &reader, version: version)
  else { return }
  roundTrip(response, version)
}

/// What was read is written and read again as the same.
func roundTrip<Message: KafkaMessage>(_ message: Message, _ version: Int16) {
  let written = message.bytes(version: version)
  var reader = ByteReader(written.rawSpan)
  guard let again = try? Message(from: &reader, version: version) else {
    fatalError("\(Message.self) v\(version) cannot read what it wrote")
  }
  // NaN differs from itself; the bytes tell.
  precondition(again.bytes(version: version) == written, "\(Message.self) v\(version) changed")
}

/// The first byte is the version.
private func readProduceRequest(_ bytes: [UInt8]) {
  guard let first = bytes.first else { return }
  let version = Int16(first % 14)
  let frame = bytes.rawSpan
  guard var request = try? ProduceRequestReader(frame, from: 1, version: version) else { return }
  while let partition = try? request.next(in: frame) {
    if let records = partition.records { readBatch(Array(bytes[records])) }
  }
}

private func readFetchResponse(_ bytes: [UInt8]) {
  guard let first = bytes.first else { return }
  let version = Int16(first % 19)
  let frame = bytes.rawSpan
  guard var response = try? FetchResponseReader(frame, from: 1, version: version) else { return }
  while let partition = try? response.next(in: frame) {
    if let records = partition.records { readBatch(Array(bytes[records])) }
  }
}

private func readBatch(_ bytes: [UInt8]) {
  var rules = RecordBatchRules()
  // Else the fuzzer would have to guess a checksum before it got anywhere.
  rules.checksChecksum = false
  rules.maxDecompressedBytes = 1 << 20
  let choice = bytes.first ?? 0
  // The base offset's first byte, which a client leaves 0 and a log never fills.
  rules.isFromClient = choice == 0
  rules.requiresKey = choice & 1 != 0
  rules.timestampType = choice & 2 != 0 ? .logAppendTime : .createTime
  let validator = RecordBatchValidator()
  _ = try? validator.validate(bytes.rawSpan, rules: rules, nowMs: 1_700_000_000_000)
}

private func readRecords(_ bytes: [UInt8]) {
  guard let first = bytes.first else { return }
  var records = RecordReader(bytes.rawSpan.extracting(droppingFirst: 1), count: Int(first))
  while let record = try? records.next() {
    var headers = record.headers
    while (try? headers.next()) != nil {}
  }
}

private func decompress(_ bytes: [UInt8], _ codec: CompressionCodec) {
  var output: [UInt8] = []
  let limit = 1 << 20
  let decompressor = Decompressor()
  guard
    let count = try? decompressor.decompress(
      bytes.rawSpan, codec: codec, limit: limit, into: &output)
  else { return }
  precondition(count <= limit, "more came out than the limit")
}
