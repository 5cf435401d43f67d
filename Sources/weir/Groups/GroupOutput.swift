import KafkaClient

/// A group as `groups describe --json` writes it.
struct GroupOutput: Encodable {
  struct Member: Encodable {
    var memberId: String
    var groupInstanceId: String?
    var clientId: String
    var host: String
    var topics: [String]
    var partitions: [String]
  }

  struct Partition: Encodable {
    var topic: String
    var partition: Int32
    /// Nil: none.
    var committedOffset: Int64?
    /// Nil: not told.
    var logEndOffset: Int64?
    /// Records behind the committed offset; nil where one of the two is not known.
    var lag: Int64?
    var memberId: String?
  }

  var group: String
  var state: String
  var protocolType: String
  /// `classic`; of a group of another protocol no members are told.
  var type: String
  var assignor: String
  var members: [Member]
  /// Those with a committed offset, and those that a member reads.
  var partitions: [Partition]

  init(
    _ group: GroupDescription, committed: [TopicPartition: Int64], ends: [TopicPartition: Int64]
  ) {
    self.group = group.groupId
    state = group.state
    protocolType = group.protocolType
    type = group.type
    assignor = group.assignor
    members = group.members.sorted { $0.memberId < $1.memberId }.map {
      Member(
        memberId: $0.memberId, groupInstanceId: $0.groupInstanceId, clientId: $0.clientId,
        host: $0.host, topics: $0.topics.sorted(),
        partitions: $0.assignment.sorted(by: Self.isOrdered).map(\.description))
    }
    var owners: [TopicPartition: String] = [:]
    for member in group.members {
      for partition in member.assignment { owners[partition] = member.memberId }
    }
    partitions = Set(committed.keys).union(owners.keys).sorted(by: Self.isOrdered).map { name in
      let offset = committed[name]
      let end = ends[name]
      let lag = offset.flatMap { offset in end.map { max(0, $0 - max(0, offset)) } }
      return Partition(
        topic: name.topic, partition: name.partition, committedOffset: offset, logEndOffset: end,
        lag: lag, memberId: owners[name])
    }
  }

  static func isOrdered(_ left: TopicPartition, _ right: TopicPartition) -> Bool {
    (left.topic, left.partition) < (right.topic, right.partition)
  }

  /// The same for a reader: a head line, then one line a member, then one a partition.
  var text: String {
    let count = members.count == 1 ? "1 member" : "\(members.count) members"
    let agreed = assignor.isEmpty ? "" : ", \(assignor)"
    let isClassic = type == "classic"
    var lines = ["\(group): \(state)\(agreed), \(isClassic ? count : "type \(type)")"]
    for member in members {
      let instance = member.groupInstanceId.map { ", instance \($0)" } ?? ""
      let read = member.partitions.isEmpty ? "nothing" : member.partitions.joined(separator: " ")
      lines.append(
        "  member \(member.memberId) (client \(member.clientId), host \(member.host)\(instance)) "
          + "reads \(read)")
    }
    for entry in partitions {
      lines.append(
        "  \(entry.topic)-\(entry.partition): committed \(written(entry.committedOffset, "none")), "
          + "log end \(written(entry.logEndOffset, "unknown")), "
          + "lag \(written(entry.lag, "unknown")), "
          + (entry.memberId.map { "read by \($0)" }
            ?? (isClassic ? "read by nobody" : "reader unknown")))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func written(_ number: Int64?, _ missing: String) -> String {
    number.map { "\($0)" } ?? missing
  }
}

/// One partition of `groups reset-offsets`.
struct ResetOutput: Encodable {
  var topic: String
  var partition: Int32
  var committedOffset: Int64?
  var newOffset: Int64

  var text: String {
    "\(topic)-\(partition): from \(committedOffset.map { "\($0)" } ?? "none") to \(newOffset)"
  }
}
