import KafkaFormat
import KafkaMessages
import Synchronization

/// What a client reads: the partitions of a fetch session (KIP-227), which it names once; or, with
/// id 0, those of one request.
///
/// Within a session each partition has a slot. Its watch is in the partition's list as long as the
/// slot is there, so that a request finds out what is new without asking all partitions.
///
/// Safe to use from any thread. Locks: `state`, and under it a partition's or the watch's.
final class FetchSession: Sendable {
  /// 0: of one request.
  let id: Int32
  /// Whether topics are named by id: fixed for the session.
  let usesTopicIds: Bool
  let watch = FetchWatch()
  let state: Mutex<FetchSessionState>

  init(id: Int32, usesTopicIds: Bool, nextEpoch: Int32) {
    self.id = id
    self.usesTopicIds = usesTopicIds
    state = Mutex(FetchSessionState(nextEpoch: nextEpoch))
  }

  /// Takes its watch out of all partitions.
  ///
  /// - Returns: Who waited for it, and is to go on.
  func close() -> (loop: Int, ticket: UInt64)? {
    state.withLock { state in
      state.isClosed = true
      stopWatching(&state)
    }
    return watch.unpark()
  }

  /// As `close`, under the lock.
  func stopWatching(_ state: inout FetchSessionState) {
    guard state.isWatching else { return }
    state.isWatching = false
    for (number, slot) in state.slots.enumerated() {
      slot.partition?.state.withLock { $0.removeWatcher(watch, slot: Int32(number)) }
    }
  }

  /// Puts its watch into the list of a slot's partition.
  func startWatching(_ slot: Int32, _ partition: Partition?) {
    partition?.state.withLock {
      $0.watchers.append(FetchWatcher(watch: watch, slot: slot))
    }
  }
}

/// One partition that a client reads.
struct FetchSlot: Sendable {
  /// Its topic's place in the session.
  let topic: Int32
  let index: Int32
  /// nil where there is none (yet).
  var partition: Partition?
  var fetchOffset: Int64
  var maxBytes: Int32
  var currentLeaderEpoch: Int32
  var lastFetchedEpoch: Int32
  /// Where the log ended when it was last looked at.
  var seenEndOffset: Int64 = -1
  /// As of the last answer; -1 before it, and after an error.
  var toldHighWatermark: Int64 = -1
  var toldLogStartOffset: Int64 = -1
  /// false once it is forgotten; the slot is used again.
  var isLive = true

  init(topic: Int32, _ wanted: WantedPartition, _ partition: Partition?) {
    self.topic = topic
    self.index = wanted.index
    self.partition = partition
    fetchOffset = wanted.fetchOffset
    maxBytes = wanted.maxBytes
    currentLeaderEpoch = wanted.currentLeaderEpoch
    lastFetchedEpoch = wanted.lastFetchedEpoch
  }

  /// What it may return at most.
  var bytesMax: Int { max(0, Int(maxBytes)) }

  mutating func update(_ wanted: WantedPartition) {
    fetchOffset = wanted.fetchOffset
    maxBytes = wanted.maxBytes
    currentLeaderEpoch = wanted.currentLeaderEpoch
    lastFetchedEpoch = wanted.lastFetchedEpoch
  }
}

/// A topic of a session: by name or by id.
struct FetchedTopic: Sendable {
  var name: String
  var id: KafkaUUID
  /// Slots by partition.
  var slots: [Int32: Int32] = [:]
}

/// What the lock of a session guards.
struct FetchSessionState: Sendable {
  /// The epoch that the next request must have.
  var nextEpoch: Int32
  var topics: [FetchedTopic] = []
  var slots: [FetchSlot] = []
  /// Slots that are in use.
  private(set) var count = 0
  /// The sum of what those slots may return at most; a negative limit counts as 0.
  private(set) var maxBytesSum = 0
  /// Whether the watch is in the lists of the partitions.
  var isWatching = false
  /// Evicted, or ended by the client.
  var isClosed = false
  private var topicsByName: [String: Int32] = [:]
  private var topicsById: [KafkaUUID: Int32] = [:]
  private var freeTopics: [Int32] = []
  private var freeSlots: [Int32] = []

  init(nextEpoch: Int32) { self.nextEpoch = nextEpoch }

  /// After 2³¹ − 1 comes 1: 0 and −1 mean something else.
  mutating func advanceEpoch() { nextEpoch = nextEpoch == .max ? 1 : nextEpoch + 1 }

  // MARK: Topics and slots

  /// The topic's place; made where it is new.
  mutating func topic(name: String, id: KafkaUUID) -> Int32 {
    if let number = number(name: name, id: id) { return number }
    let topic = FetchedTopic(name: name, id: id)
    let number: Int32
    if let free = freeTopics.popLast() {
      topics[Int(free)] = topic
      number = free
    } else {
      topics.append(topic)
      number = Int32(topics.count - 1)
    }
    if id == .zero { topicsByName[name] = number } else { topicsById[id] = number }
    return number
  }

  func number(name: String, id: KafkaUUID) -> Int32? {
    id == .zero ? topicsByName[name] : topicsById[id]
  }

  func slot(_ topic: Int32, _ index: Int32) -> Int32? { topics[Int(topic)].slots[index] }

  /// Keeps a slot that is not there yet.
  mutating func insert(_ slot: FetchSlot) -> Int32 {
    let number: Int32
    if let free = freeSlots.popLast() {
      slots[Int(free)] = slot
      number = free
    } else {
      slots.append(slot)
      number = Int32(slots.count - 1)
    }
    topics[Int(slot.topic)].slots[slot.index] = number
    count += 1
    maxBytesSum += slot.bytesMax
    return number
  }

  /// Takes what a request says anew of a slot.
  mutating func update(_ number: Int32, _ wanted: WantedPartition) {
    maxBytesSum -= slots[Int(number)].bytesMax
    slots[Int(number)].update(wanted)
    maxBytesSum += slots[Int(number)].bytesMax
  }

  /// Lets a slot go, and its topic with the last of its slots.
  mutating func remove(_ number: Int32) {
    let slot = slots[Int(number)]
    guard slot.isLive else { return }
    slots[Int(number)].isLive = false
    slots[Int(number)].partition = nil
    freeSlots.append(number)
    count -= 1
    maxBytesSum -= slot.bytesMax
    let topic = Int(slot.topic)
    topics[topic].slots[slot.index] = nil
    guard topics[topic].slots.isEmpty else { return }
    if topics[topic].id == .zero {
      topicsByName[topics[topic].name] = nil
    } else {
      topicsById[topics[topic].id] = nil
    }
    freeTopics.append(slot.topic)
  }
}
