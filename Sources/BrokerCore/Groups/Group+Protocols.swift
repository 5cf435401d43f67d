import KafkaFormat
import KafkaMessages

extension Group {
  /// Whether a member with these protocols can join those who are there: one that all follow must
  /// remain.
  func supports(protocolType: String, protocols: [GroupProtocol]) -> Bool {
    if state == .empty { return !protocolType.isEmpty && !protocols.isEmpty }
    return self.protocolType == protocolType
      // Where all have gone and a rebalance still waits, anything is what all follow.
      && protocols.contains { supportCounts[$0.name, default: 0] == members.count }
  }

  /// The protocol of the next generation: of those that all follow, the one that most prefer.
  /// Where two are equal, the first in the list of the member that joined first.
  ///
  /// - Complexity: O(protocols of all members).
  func selectProtocol() -> String? {
    var votes: [String: Int] = [:]
    let members = membersInOrder
    for member in members {
      let vote = member.protocols.first { supportCounts[$0.name] == members.count }
      if let vote { votes[vote.name, default: 0] += 1 }
    }
    let most = votes.values.max()
    return members.first?.protocols.first { votes[$0.name] == most && most != nil }?.name
      ?? votes.filter { $0.value == most }.keys.min()
  }

  /// Reads the topics out of what consumers sent for the protocol in use.
  func subscribedTopicsOfMembers() -> Set<String>? {
    if members.isEmpty { return [] }
    guard usesConsumerProtocol, let protocolName else { return nil }
    var topics: Set<String> = []
    for member in members.values {
      guard let read = Self.subscribedTopics(member.metadata(for: protocolName)) else {
        return nil
      }
      topics.formUnion(read)
    }
    return topics
  }

  /// The topics of one subscription: [version i16 | topics | …]. A later version than is known has
  /// its first fields where they were.
  private static func subscribedTopics(_ metadata: [UInt8]) -> [String]? {
    do throws(FormatError) {
      var reader = ByteReader(metadata.rawSpan)
      guard try reader.int16() >= 0 else { return nil }
      return try ConsumerProtocolSubscription(from: &reader, version: 0).topics
    } catch { return nil }
  }

  /// Whether an offset of the topic is in use, so that it may not be deleted.
  func isSubscribed(to topic: String) -> Bool {
    subscribedTopics.map { $0.contains(topic) } ?? usesConsumerProtocol
  }
}
