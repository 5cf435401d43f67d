extension BuiltInScenarios {
  static let check = """
    # What `weir check` and `weir baseline` measure where they are told nothing else.
    name: check
    question: Does this build of the broker cost more than that one?
    broker: process
    acks: 1
    batch-size: 16KiB
    record-size: 100
    partitions: 3
    retention-bytes: 256MiB
    segment-bytes: 16MiB
    records: 500K
    duration: 10s
    warmup: 100ms
    repetitions: 21

    """
}
