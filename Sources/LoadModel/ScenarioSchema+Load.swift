extension ScenarioSchema {
  static let loadFields: [ScenarioField] = [
    .axis(
      "records", \.records, group: .load, "N", allowed: "1 to 1000000000000, such as 2M",
      "measure this many records (as well as, or instead of, a duration)",
      text: { $0.map { "\($0)" } ?? "" },
      parse: { text throws(ValueText.Refusal) -> Int64? in
        try ValueText.count(text, in: 1...1_000_000_000_000)
      }),
    .axis(
      "duration", \.durationMs, group: .load, "TIME", allowed: "100ms to 1000h, such as 30s",
      default: "10s, unless records are given", "measure this long",
      text: { $0.map { ValueText.duration($0) } ?? "" },
      parse: { text throws(ValueText.Refusal) -> Int64? in
        try ValueText.duration(text, in: 100...3_600_000_000)
      }),
    .axis(
      "warmup", \.warmup, group: .load, "TIME", allowed: "auto, auto:max=TIME, or 0s to 10h",
      "run before anything is counted: until the load is steady, at most 30s (2s, or three times"
        + " the measured time, where that is less), or this long",
      text: { $0.text },
      parse: { text throws(ValueText.Refusal) in try Warmup.parse(text) }),
    .axis(
      "rate", \.rate, group: .load, "RATE", allowed: "max, or records a second such as 50000",
      "as fast as acks return, or a fixed rate with latency from the scheduled time",
      text: { rate in rate.text },
      parse: { text throws(ValueText.Refusal) in
        guard let rate = LoadRate(text: text) else {
          throw ValueText.Refusal("max, or records a second from 0.01 to 1G")
        }
        return rate
      }),
    .count(
      "producers", \.producers, group: .load, in: 0...4095,
      "producers; 0 consumes only, from a topic filled before the clock runs"),
    .count(
      "consumers", \.consumers, group: .load, in: 0...4095,
      "consumers; 0 produces only, and what is kept is verified afterwards"),
    .axis(
      "consumer-groups", \.consumerGroups, group: .load, "N", allowed: "0 to 1000",
      "groups of as many consumers each, all of which get every record; 0 is none",
      text: { "\($0 ?? 0)" },
      parse: { text throws(ValueText.Refusal) -> Int? in
        let count = try ValueText.count(text, in: 0...1000)
        return count == 0 ? nil : Int(count)
      }),
  ]

  static let consumerFields: [ScenarioField] = [
    .axis(
      "assignor", \.assignor, group: .consumer, "NAME",
      allowed: GroupAssignor.allCases.map(\.rawValue).joined(separator: ", "),
      default: "range, where there are groups", "how consumer groups share out partitions",
      text: { $0?.rawValue ?? "" },
      parse: { text throws(ValueText.Refusal) -> GroupAssignor? in
        guard let assignor = GroupAssignor(rawValue: text) else {
          throw ValueText.Refusal(GroupAssignor.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return assignor
      }),
    .size(
      "fetch-min-bytes", \.fetchMinBytes, group: .consumer, in: 1...(1 << 30),
      "fetch.min.bytes"),
    .axis(
      "fetch-max-wait", \.fetchMaxWaitMs, group: .consumer, "TIME", allowed: "0s to 5m",
      "fetch.max.wait.ms",
      text: { ValueText.duration($0) },
      parse: { text throws(ValueText.Refusal) in
        try ValueText.duration(text, in: 0...300_000)
      }),
    .size(
      "partition-fetch-size", \.maxPartitionFetchBytes, group: .consumer, in: 1...(1 << 30),
      "max.partition.fetch.bytes"),
    .size(
      "fetch-size", \.fetchMaxBytes, group: .consumer, in: 1...(1 << 30),
      "fetch.max.bytes"),
    .properties(
      "consumer-property", group: .consumer, "a consumer property by Kafka's name"
    ) { properties, scenario in
      scenario.run.consumerProperties.merge(properties) { $1 }
    },
  ]

  static let topicFields: [ScenarioField] = [
    .count(
      "partitions", \.partitions, group: .topic, in: 1...100_000,
      "partitions of the topic"),
    .count(
      "replication-factor", \.replicationFactor, group: .topic, in: 1...1000,
      "replicas of each partition"),
    .axis(
      "min-insync-replicas", \.minInsyncReplicas, group: .topic, "N", allowed: "1 to 1000",
      default: "the brokers' default", "min.insync.replicas of the topic",
      text: { $0.map { "\($0)" } ?? "" },
      parse: { text throws(ValueText.Refusal) -> Int? in
        Int(try ValueText.count(text, in: 1...1000))
      }),
    .axis(
      "retention-bytes", \.retentionBytes, group: .topic, "SIZE",
      allowed: "1MiB to 1024TiB, unlimited",
      "what the topic keeps over all partitions; unlimited grows without end",
      text: { $0.map { ValueText.size($0) } ?? "unlimited" },
      parse: { text throws(ValueText.Refusal) -> Int64? in
        if text == "unlimited" { return nil }
        do throws(ValueText.Refusal) {
          return try ValueText.size(text, in: (1 << 20)...(1 << 50))
        } catch {
          throw ValueText.Refusal(error.allowed + ", or unlimited")
        }
      }),
    .size(
      "segment-bytes", \.segmentBytes, group: .topic, in: (1 << 20)...2_147_483_647,
      "segment.bytes of the topic"),
    .setting(
      "topic", group: .topic, "NAME", allowed: "the name of a topic", default: "one of its own",
      "use an existing topic, and do not delete it"
    ) { text, scenario throws(ValueText.Refusal) in
      let isName =
        !text.isEmpty && text.utf8.count <= 249 && text != "." && text != ".."
        && text.utf8.allSatisfy { byte in
          (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte)
            || (0x61...0x7a).contains(byte) || [0x2e, 0x5f, 0x2d].contains(byte)
        }
      guard isName else {
        throw ValueText.Refusal("a topic's name: 1 to 249 of a-z, A-Z, 0-9, '.', '_', '-'")
      }
      scenario.run.topic = text
    },
    .properties(
      "topic-config", group: .topic, "a topic configuration by Kafka's name"
    ) { properties, scenario in
      scenario.run.topicConfig.merge(properties) { $1 }
    },
  ]
}
