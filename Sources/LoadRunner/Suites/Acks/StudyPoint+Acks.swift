import LoadModel

extension StudyPoint {
  /// The figures of an open loop of the suite `acks`; what is not known is left out.
  mutating func addAcksLoad(_ result: RepetitionResult, rate: Double?) {
    add(AcksFigures.rate, "records/s", rate)
    addGenerator(result, rate: rate)
    for (name, data) in [
      ("produce", result.produceLatency), ("end to end", result.endToEndLatency),
    ] {
      add("\(name) p50", "ms", data?.p50Ns.map { Double($0) / 1e6 })
      add("\(name) p99", "ms", data?.p99Ns.map { Double($0) / 1e6 })
      let tail = data?.percentileNs(.p999, batches: result.batches)
      add("\(name) p99.9", "ms", tail.map { Double($0) / 1e6 })
      if let data { histograms.append(.init(name, data)) }
    }
    guard let flow = result.produced, flow.bytes > 0, flow.records > 0 else { return }
    let gigabytes = Double(flow.bytes) / 1e9
    func cpu(_ usage: ProcessUsage?) -> Double? {
      usage.map { ($0.userCpuS + $0.systemCpuS) / gigabytes }
    }
    add(AcksFigures.brokerCpu, "s/GB", cpu(result.broker))
    add(AcksFigures.clientCpu, "s/GB", cpu(result.client))
    for (index, broker) in (result.brokers ?? []).enumerated() {
      add(AcksFigures.cpu(ofBroker: index + 1), "s/GB", cpu(broker.usage))
    }
    func bytes(_ name: String, _ count: Int64?) {
      add(name, "B/record", count.map { Double($0) / Double(flow.records) })
    }
    bytes(AcksFigures.clientSent, result.client?.counts?.socketWrittenBytes)
    bytes(AcksFigures.clientReceived, result.client?.counts?.socketReadBytes)
    bytes(AcksFigures.brokerSent, result.broker?.counts?.socketWrittenBytes)
    bytes(AcksFigures.brokerReceived, result.broker?.counts?.socketReadBytes)
  }
}
