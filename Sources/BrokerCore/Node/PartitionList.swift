/// Partitions, each once, in the order in which they were added: the same in each process, which
/// the order of a set is not.
struct PartitionList: Sendable {
  private(set) var all: [Partition] = []
  private var known: Set<ObjectIdentifier> = []

  mutating func add(_ partition: Partition) {
    if known.insert(ObjectIdentifier(partition)).inserted { all.append(partition) }
  }
}
