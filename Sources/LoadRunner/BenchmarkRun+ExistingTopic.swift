import KafkaClient
import LoadModel

extension BenchmarkRun {
  /// The columns and the settings tell what an existing topic is like, not what a new one would be.
  ///
  /// What the cluster does not tell of the topic's settings has no value in the result.
  mutating func describeExistingTopic(_ admin: AdminSession) throws(RunError) {
    guard let name = scenario.run.topic else { return }
    let partitions = try admin.describeTopic(name).partitions
    let replicas = max(1, partitions.map(\.replicas.count).max() ?? 1)
    let configs = admin.configs(of: .topic(name))
    let count = Int64(partitions.count)
    // Kafka's setting is for each partition, ours for all of them.
    let retained = configs["retention.bytes"].flatMap { Int64($0) }
      .map { each -> Int64? in
        let all = each.multipliedReportingOverflow(by: count)
        // So much is never reached.
        return each < 0 || all.overflow ? nil : all.partialValue
      }
    let segment = configs["segment.bytes"].flatMap { Int64($0) }
    for index in result.cases.indices {
      result.cases[index].workload.partitions = Int32(clamping: count)
      result.cases[index].workload.replicationFactor = Int16(clamping: replicas)
      result.cases[index].workload.minInsyncReplicas = configs["min.insync.replicas"]
        .flatMap { Int($0) }
      if let retained { result.cases[index].workload.retentionBytes = retained }
      if let segment { result.cases[index].workload.segmentBytes = segment }
    }
    result.configuration.describe([
      "partitions": "\(count)", "replication-factor": "\(replicas)",
      "retention-bytes": retained.map { $0.map { "\($0)" } ?? "unlimited" },
      "segment-bytes": segment.map { "\($0)" },
    ])
  }
}
