import LoadModel
import Statistics

/// `timeseries.csv`: one row an interval of each repetition.
enum TimeSeriesTable {
  static let header = [
    "run_id", "case_index", "case", "repetition", "start_s", "duration_s", "records_produced",
    "produced_records_per_s", "produced_mb_per_s", "produce_latency_p50_ms",
    "produce_latency_p99_ms", "produce_latency_max_ms", "records_consumed",
    "consumed_records_per_s", "consumed_mb_per_s", "end_to_end_latency_p50_ms",
    "end_to_end_latency_p99_ms", "end_to_end_latency_max_ms", "broker_user_cpu_s",
    "broker_system_cpu_s", "client_user_cpu_s", "client_system_cpu_s", "broker_resident_mib",
    "consumer_lag_records", "errors",
  ]

  /// Behind the groups' columns, which were there before.
  private static let lastHeader = ["other_cpu_s"]

  static func csv(_ run: RunResult) -> String {
    var writer = CsvWriter()
    // As many columns as there are groups; where there are none, none.
    let groups =
      run.cases.flatMap(\.repetitions).flatMap(\.intervals)
      .compactMap { $0.groupLagRecords?.count }.max() ?? 0
    writer.row(header + (0..<groups).map { "group_\($0)_lag_records" } + lastHeader)
    for entry in run.cases {
      for repetition in entry.repetitions {
        for sample in repetition.intervals {
          let place = [
            run.runId, "\(entry.index)", entry.label, "\(repetition.repetition)",
            Numbers.fixed(sample.startS, 3), Numbers.fixed(sample.durationS, 3),
          ]
          let lags = sample.groupLagRecords ?? []
          let perGroup = (0..<groups).map { $0 < lags.count ? "\(lags[$0])" : nil }
          let other = [sample.otherCpuS.map { Numbers.fixed($0, 3) }]
          writer.row(place + fields(sample, of: repetition) + perGroup + other)
        }
      }
    }
    return writer.text
  }

  private static func fields(_ sample: IntervalSample, of repetition: RepetitionResult)
    -> [String?]
  {
    func each(_ value: Int64?, by unit: Double, _ decimals: Int) -> String? {
      guard let value, sample.durationS > 0 else { return nil }
      return Numbers.fixed(Double(value) / unit / sample.durationS, decimals)
    }
    func latencies(_ histogram: HistogramData?) -> [String?] {
      [histogram?.p50Ns, histogram?.p99Ns, histogram?.maxNs].map { value in
        Figures.milliseconds(value).map { Numbers.fixed($0, 3) }
      }
    }
    func parts(_ values: [Double?], _ usage: ProcessUsage?) -> [String?] {
      let decimals = CpuText.decimals(stepS: usage?.stepS ?? 0.01, most: 4)
      return values.map { $0.map { Numbers.fixed($0, decimals) } }
    }
    let cpu =
      parts([sample.brokerUserCpuS, sample.brokerSystemCpuS], repetition.broker)
      + parts([sample.clientUserCpuS, sample.clientSystemCpuS], repetition.client)
    return [
      sample.recordsProduced.map { "\($0)" },
      each(sample.recordsProduced, by: 1, 1), each(sample.bytesProduced, by: 1e6, 3),
    ] + latencies(sample.produceLatency) + [
      sample.recordsConsumed.map { "\($0)" },
      each(sample.recordsConsumed, by: 1, 1), each(sample.bytesConsumed, by: 1e6, 3),
    ] + latencies(sample.endToEndLatency) + cpu + [
      sample.brokerResidentBytes.map { Numbers.fixed(Double($0) / 1_048_576, 1) },
      sample.consumerLagRecords.map { "\($0)" }, "\(sample.errors)",
    ]
  }
}
