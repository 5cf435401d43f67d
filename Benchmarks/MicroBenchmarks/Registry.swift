/// All micro-benchmarks, in the order in which they are printed.
enum Registry {
  static func all() -> [MicroBenchmark] {
    FormatBenchmarks.checksums() + FormatBenchmarks.records() + FormatBenchmarks.codecs()
      + CommitLogBenchmarks.append() + ProducerBenchmarks.appending()
      + OffsetCommitBenchmarks.commits()
  }
}
