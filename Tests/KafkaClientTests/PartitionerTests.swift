import KafkaFormat
import Testing

@testable import KafkaClient

@Suite struct PartitionerTests {
  // Made by Java's Utils.murmur2 and toPositive(…) % 7 on the keys' UTF-8.
  static let vectors: [(key: String, hash: Int32, partition: Int32)] = [
    ("", 275_646_681, 2), ("a", -1_563_381_124, 5), ("ab", 316_155_434, 0),
    ("abc", 479_470_107, 4), ("abcd", -1_323_649_548, 5), ("abcde", 461_995_741, 4),
    ("21", -973_932_308, 3), ("foobar", -790_332_482, 0),
    ("a-little-bit-long-string", -985_981_536, 1),
    ("a-little-bit-longer-string", -1_486_304_829, 0),
    ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971, 3),
    ("key-12345", -952_703_915, 0), ("ümläut", -1_046_324_207, 4), ("日本語", 1_431_860_170, 6),
  ]

  @Test("murmur2 is Java's", arguments: vectors)
  func murmur(vector: (key: String, hash: Int32, partition: Int32)) {
    let bytes = Array(vector.key.utf8)
    let hash = Int32(bitPattern: Murmur2.hash(bytes.rawSpan))
    let partition = Murmur2.partition(key: bytes.rawSpan, count: 7)
    #expect(hash == vector.hash && partition == vector.partition)
  }

  @Test("keyed records go by their key")
  func keyed() throws {
    let setup = try ProducerSetup(partitions: 7)
    for vector in Self.vectors {
      #expect(setup.append("x", key: vector.key) == .appended(partition: vector.partition))
    }
  }

  @Test("round robin takes turns, and passes over partitions without a leader")
  func roundRobin() throws {
    let setup = try ProducerSetup(
      partitions: 4, ["partitioner.class": "RoundRobinPartitioner"], open: false)
    setup.cluster.topics["t"]?.partitions[2].leader = -1
    try setup.open()
    let partitions = (0..<6).map { _ in setup.append() }
    #expect(partitions == [0, 1, 3, 0, 1, 3].map { .appended(partition: $0) })
  }

  @Test("sticky fills a batch before it moves, and spreads evenly")
  func sticky() throws {
    let setup = try ProducerSetup(
      partitions: 4, ["batch.size": "1000", "partitioner.ignore.keys": "true"])
    for _ in 0..<20_000 { setup.append("0123456789", key: "same") }
    #expect(setup.flush())
    let entries = setup.recorder.entries
    let full = entries.filter { $0.wireBytes > 900 }
    #expect(full.count >= entries.count - 4)
    for partition in 0..<4 {
      let count = entries.filter { $0.partition == Int32(partition) }
        .reduce(0) { $0 + $1.recordCount }
      #expect(count > 3500 && count < 6500)
    }
  }

  @Test("a given partition is kept to; one that does not exist is refused")
  func given() throws {
    let setup = try ProducerSetup(partitions: 3)
    #expect(setup.append("x", partition: 2, key: "a") == .appended(partition: 2))
    #expect(
      setup.append("x", partition: 3) == .rejected(.unknownPartition(topic: "t", partition: 3)))
    #expect(
      setup.append("x", partition: -1) == .rejected(.unknownPartition(topic: "t", partition: -1)))
  }
}
