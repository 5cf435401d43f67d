extension ScenarioSchema {
  static let producerFields: [ScenarioField] = [
    .axis(
      "acks", \.acks, group: .producer, "LEVEL", allowed: "0, 1, all",
      "the acknowledgements that are waited for",
      text: { $0.text },
      parse: { text throws(ValueText.Refusal) in
        guard let acks = AckLevel(text: text) else { throw ValueText.Refusal("0, 1, all") }
        return acks
      }),
    .axis(
      "compression", \.compression, group: .producer, "CODEC",
      allowed: "none, gzip, snappy, lz4, zstd; with a level: gzip:9, lz4:9, zstd:19",
      "the codec of the batches, with a level after a colon",
      text: { $0.text },
      parse: { text throws(ValueText.Refusal) in try Compression.parse(text) }),
    .size(
      "batch-size", \.batchSizeBytes, group: .producer, in: 1...(1 << 30),
      "batch.size"),
    .axis(
      "linger-ms", \.lingerMs, group: .producer, "MS", allowed: "0 to 60000",
      "linger.ms, in milliseconds", text: { "\($0)" },
      parse: { text throws(ValueText.Refusal) in
        let digits = text.hasSuffix("ms") ? String(text.dropLast(2)) : text
        return try ValueText.count(digits, in: 0...60_000)
      }),
    .count(
      "max-in-flight", \.maxInFlight, group: .producer, in: 1...1000,
      "max.in.flight.requests.per.connection"),
    .axis(
      "idempotence", \.isIdempotent, group: .producer, "BOOL", allowed: "true, false",
      "enable.idempotence", text: { "\($0)" },
      parse: { text throws(ValueText.Refusal) in try ValueText.bool(text) }),
    .size(
      "buffer-memory", \.bufferMemoryBytes, group: .producer, in: (1 << 16)...(1 << 40),
      "buffer.memory of each producer"),
    .properties(
      "producer-property", group: .producer, "a producer property by Kafka's name"
    ) { properties, scenario in
      scenario.run.producerProperties.merge(properties) { $1 }
    },
  ]

  static let recordFields: [ScenarioField] = [
    .size(
      "record-size", \.recordSizeBytes, group: .records, in: 0...(1 << 28),
      "bytes of a record's value; from \(StampForm.compactSize) on, the value carries the stamp"),
    .axis(
      "compressibility", \.compressibility, group: .records, "RATIO", allowed: "1 to 100",
      "the ratio to which payloads can be compressed; 1 is random bytes",
      text: { ValueText.plain($0) },
      parse: { text throws(ValueText.Refusal) in try ValueText.number(text, in: 1...100) }),
    .axis(
      "payload-file", \.payloadFile, group: .records, "FILE", allowed: "a file",
      "take the values from the lines of a file",
      text: { $0 ?? "" },
      parse: { text throws(ValueText.Refusal) -> String? in
        guard !text.isEmpty else { throw ValueText.Refusal("a file") }
        return text
      }),
    .axis(
      "keys", \.keys, group: .records, "KIND",
      allowed: "none, sequential, random, zipf, zipf:EXPONENT",
      "the keys of the records",
      text: { $0.text },
      parse: { text throws(ValueText.Refusal) in
        guard let keys = KeyDistribution(text: text) else {
          throw ValueText.Refusal(
            "none, sequential, random, zipf, or zipf: with an exponent from 0.1 to 10")
        }
        return keys
      }),
    .count(
      "key-count", \.keyCount, group: .records, in: 1...10_000_000,
      "how many different keys there are"),
    .count(
      "key-size", \.keySizeBytes, group: .records, in: 1...1024,
      "bytes of a key"),
  ]
}
