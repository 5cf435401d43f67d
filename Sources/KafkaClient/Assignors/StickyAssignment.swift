/// Balances partitions over members and moves as few as that takes.
///
/// Partitions stay with those who held them. What is left is given to the member with least among
/// those that subscribed, topics with few subscribers first. Then partitions move from members with
/// more to members with less, along the paths that cost least (A gives to B, which gives to C,
/// where A and C have no topic in common), until no path is left that ends two or more below its
/// start. The result is as balanced as the subscriptions allow: with equal ones loads differ by one
/// at most.
///
/// - Source: the goal is that of Apache Kafka's `AbstractStickyAssignor` (KIP-54); the method is
///   the semi-matching by cost-reducing paths of Harvey, Ladner, Lovász and Tamir (2006).
struct StickyAssignment {
  private let layout: GroupLayout
  /// `[member][slot]`: the partitions that the member has of its topic number `slot`; those kept
  /// come first, so that what moves is what was new.
  private var held: [[[Int32]]]
  /// How many of `held` are kept ones.
  private var keptCount: [[Int]]
  private var loads: [Int]
  /// The slot of a topic in a member's list.
  private let slotOfTopic: [[Int: Int]]

  /// - Parameter previous: By partition, who held it last.
  init(_ layout: GroupLayout, previous: PreviousOwners) {
    self.layout = layout
    held = layout.topicsOfMember.map { [[Int32]](repeating: [], count: $0.count) }
    keptCount = layout.topicsOfMember.map { [Int](repeating: 0, count: $0.count) }
    loads = [Int](repeating: 0, count: layout.members.count)
    slotOfTopic = layout.topicsOfMember.map { topics in
      Dictionary(uniqueKeysWithValues: topics.enumerated().map { ($0.element, $0.offset) })
    }
    let unassigned = keep(previous)
    let scarcestFirst = layout.topics.indices.sorted {
      (layout.membersOfTopic[$0].count, $0) < (layout.membersOfTopic[$1].count, $1)
    }
    for topic in scarcestFirst { fill(topic, unassigned[topic]) }
    balance()
  }

  /// For each member its partitions, ordered by topic and partition.
  var lists: [[TopicPartition]] {
    held.indices.map { member in
      layout.topicsOfMember[member].enumerated().flatMap { slot, topic in
        held[member][slot].sorted().map {
          TopicPartition(topic: layout.topics[topic], partition: $0)
        }
      }
    }
  }

  private mutating func give(_ partition: Int32, of topic: Int, to member: Int) {
    guard let slot = slotOfTopic[member][topic] else { return }
    held[member][slot].append(partition)
    loads[member] += 1
  }

  /// Leaves partitions with those who held them and are still subscribed.
  ///
  /// - Returns: The others, by topic.
  private mutating func keep(_ previous: PreviousOwners) -> [[Int32]] {
    layout.topics.indices.map { topic in
      (0..<layout.counts[topic]).filter { partition in
        guard let owner = previous.owner(topic, partition), let slot = slotOfTopic[owner][topic]
        else { return true }
        give(partition, of: topic, to: owner)
        keptCount[owner][slot] += 1
        return false
      }
    }
  }

  /// Deals partitions of one topic out, level by level: one to each of those with least.
  ///
  /// - Complexity: O(partitions + subscribers), and sorting the subscribers.
  private mutating func fill(_ topic: Int, _ partitions: [Int32]) {
    let order = layout.membersOfTopic[topic].sorted { (loads[$0], $0) < (loads[$1], $1) }
    var width = 0
    var next = 0
    for partition in partitions {
      if next == width {
        next = 0
        let level = loads[order[0]]
        while width < order.count, loads[order[width]] <= level { width += 1 }
      }
      give(partition, of: topic, to: order[next])
      next += 1
    }
  }

  /// Moves partitions until none can be moved to advantage.
  ///
  /// A search that fails has seen every member that its start can reach; none of them is two below
  /// another, and no later search, which starts no higher, ends at one. So they are settled.
  ///
  /// - Complexity: O((moves + members) × topics of all subscriptions together) at worst.
  private mutating func balance() {
    var isSettled = [Bool](repeating: false, count: loads.count)
    var byLoad = Dictionary(grouping: loads.indices, by: { loads[$0] })
    var level = loads.max() ?? 0
    while level > 1 {
      guard let source = byLoad[level]?.popLast() else {
        level -= 1
        continue
      }
      if isSettled[source] || loads[source] != level { continue }
      switch findPath(from: source, isSettled) {
      case .none(let reached):
        for member in reached { isSettled[member] = true }
      case .found(let path):
        let end = shift(along: path, from: source)
        byLoad[loads[end], default: []].append(end)
        byLoad[loads[source], default: []].append(source)
      }
    }
  }

  /// One partition of a topic goes from one member to the next.
  private struct Step {
    let from: Int
    let topic: Int
    let to: Int
  }

  /// A search for a member that has at least two partitions less than `source`.
  private struct Search {
    let source: Int
    var stepTo: [Step?]
    var hasSeen: [Bool]
    /// Members in the order in which they were reached.
    var reached: [Int]
    var best: Int?
  }

  private enum SearchResult {
    /// The steps, last one first.
    case found([Step])
    case none(reached: [Int])
  }

  /// Looks first where only partitions move that nobody held before, and which so cost nothing;
  /// then one more that somebody held, and so on.
  private func findPath(from source: Int, _ isSettled: [Bool]) -> SearchResult {
    var search = Search(
      source: source, stepTo: [Step?](repeating: nil, count: loads.count),
      hasSeen: [Bool](repeating: false, count: layout.topics.count), reached: [source])
    var costly: [(member: Int, topic: Int)] = []
    var index = 0
    while true {
      while index < search.reached.count {
        let member = search.reached[index]
        index += 1
        for (slot, topic) in layout.topicsOfMember[member].enumerated()
        where !search.hasSeen[topic] && !held[member][slot].isEmpty {
          if held[member][slot].count > keptCount[member][slot] {
            visit(topic, from: member, &search, isSettled)
          } else {
            costly.append((member, topic))
          }
        }
      }
      if let best = search.best { return .found(path(to: best, search.stepTo)) }
      if costly.isEmpty { return .none(reached: search.reached) }
      for (member, topic) in costly where !search.hasSeen[topic] {
        visit(topic, from: member, &search, isSettled)
      }
      costly.removeAll(keepingCapacity: true)
    }
  }

  private func visit(_ topic: Int, from member: Int, _ search: inout Search, _ isSettled: [Bool]) {
    search.hasSeen[topic] = true
    for other in layout.membersOfTopic[topic]
    where other != search.source && search.stepTo[other] == nil && !isSettled[other] {
      search.stepTo[other] = Step(from: member, topic: topic, to: other)
      search.reached.append(other)
      if loads[other] <= loads[search.source] - 2,
        search.best.map({ loads[other] < loads[$0] }) ?? true
      {
        search.best = other
      }
    }
  }

  private func path(to target: Int, _ stepTo: [Step?]) -> [Step] {
    var steps: [Step] = []
    var member = target
    while let step = stepTo[member] {
      steps.append(step)
      member = step.from
    }
    return steps
  }

  /// - Returns: The member at the end, which has one more now.
  private mutating func shift(along path: [Step], from source: Int) -> Int {
    for step in path {
      guard let slot = slotOfTopic[step.from][step.topic],
        let partition = held[step.from][slot].popLast()
      else { continue }
      loads[step.from] -= 1
      keptCount[step.from][slot] = min(keptCount[step.from][slot], held[step.from][slot].count)
      give(partition, of: step.topic, to: step.to)
    }
    return path.first?.to ?? source
  }
}

/// Who held which partition, as the members tell it.
struct PreviousOwners {
  private struct Claim {
    var member: Int
    var generation: Int32
    var isDisputed = false
  }

  private var claims: [[Int32: Claim]]

  /// - Parameter memories: By member, what it says it held, and in which generation.
  init(_ layout: GroupLayout, _ memories: [MemberMemory]) {
    claims = [[Int32: Claim]](repeating: [:], count: layout.topics.count)
    let numbers = Dictionary(
      uniqueKeysWithValues: layout.topics.enumerated().map { ($0.element, $0.offset) })
    for (member, memory) in memories.enumerated() {
      for name in memory.partitions {
        guard let topic = numbers[name.topic], name.partition >= 0,
          name.partition < layout.counts[topic]
        else { continue }
        claim(topic, name.partition, Claim(member: member, generation: memory.generation))
      }
    }
  }

  /// The later generation is right. Where two say the same of one generation neither is.
  private mutating func claim(_ topic: Int, _ partition: Int32, _ new: Claim) {
    guard let old = claims[topic][partition] else {
      claims[topic][partition] = new
      return
    }
    if new.generation > old.generation {
      claims[topic][partition] = new
    } else if new.generation == old.generation, new.member != old.member {
      claims[topic][partition]?.isDisputed = true
    }
  }

  func owner(_ topic: Int, _ partition: Int32) -> Int? {
    claims[topic][partition].flatMap { $0.isDisputed ? nil : $0.member }
  }
}

/// What a member remembers of an assignment.
struct MemberMemory: Equatable {
  var partitions: [TopicPartition] = []
  /// −1: not known, before any other.
  var generation: Int32 = -1
}
