import KafkaClient

/// What `weir consume` says where reading does not continue at the next offset.
enum SkippedOffsets {
  /// The position was outside of the log: retention was faster, or the log's end moved back.
  static func complain(_ partition: TopicPartition, from: Int64, to: Int64) {
    let out = "weir: \(partition): offset \(from) is out of range"
    if to >= from {
      Console.complain(
        "\(out): records before offset \(to) were deleted before they were read "
          + "(\(to - from) offsets skipped); reading continues at \(to)")
    } else {
      Console.complain("\(out): the log ends before it; reading continues at \(to)")
    }
  }

  /// A new leader does not have all that was printed.
  static func complainOfTruncation(_ partition: TopicPartition, from: Int64, to: Int64) {
    Console.complain(
      "weir: \(partition): the log was truncated: records from offset \(to) to \(from - 1), which "
        + "were read, are no longer in it; reading continues at \(to)")
  }
}
