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
    # The warm-up fills what retention keeps, and the broker deletes as it writes: every turn runs
    # in the same small ring of memory, not in pages that are touched for the first time.
    retention-bytes: 48MiB
    segment-bytes: 8MiB
    broker-property:
      log.retention.check.interval.ms: 50
      log.segment.delete.delay.ms: 0
    # Turns of one length: CPU time a record swings by 2 to 5 % from one to the next, and 30 rounds
    # of three lanes show 2 to 3 % within three minutes.
    duration: 1s
    warmup: 400ms
    repetitions: 30

    """
}
