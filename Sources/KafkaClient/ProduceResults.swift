import KafkaFormat
import KafkaMessages

/// Finds the results of a request's batches in its answer.
///
/// Most brokers answer in the order of the request: a cursor that walks along finds each result at
/// once. One that answers in another order costs an index by partition, made once.
struct ProduceResults {
  typealias Topic = ProduceResponse.TopicProduceResponse
  typealias Result = ProduceResponse.PartitionProduceResponse

  private let topics: [Topic]
  /// Where the next result is expected.
  private var topic = 0
  private var position = 0
  /// By topic, made at the first result that stands elsewhere: the position of each partition.
  private var index: [[Int32: Int]]?

  init(_ response: ProduceResponse) { topics = response.responses }

  /// - Returns: nil where the answer has none.
  /// - Complexity: O(1) in the order of the request, else O(topics) and once O(partitions).
  mutating func next(of batch: ProducerBatch) -> Result? {
    let wanted = batch.partition.topic
    let number = batch.partition.index
    if topic < topics.count, position == topics[topic].partitionResponses.count {
      topic += 1
      position = 0
    }
    if topic < topics.count, Self.isOf(wanted, topics[topic]),
      position < topics[topic].partitionResponses.count,
      topics[topic].partitionResponses[position].index == number
    {
      position += 1
      return topics[topic].partitionResponses[position - 1]
    }
    return search(wanted, number)
  }

  private mutating func search(_ wanted: AccumulatorTopic, _ number: Int32) -> Result? {
    let index =
      index
      ?? topics.map { entry in
        Dictionary(
          entry.partitionResponses.enumerated().map { ($0.element.index, $0.offset) },
          uniquingKeysWith: { first, _ in first })
      }
    self.index = index
    for (place, entry) in topics.enumerated() where Self.isOf(wanted, entry) {
      guard let found = index[place][number] else { continue }
      topic = place
      position = found + 1
      return entry.partitionResponses[found]
    }
    return nil
  }

  /// From version 13 on a topic goes by its id, before by its name.
  private static func isOf(_ topic: AccumulatorTopic, _ entry: Topic) -> Bool {
    (topic.id != .zero && entry.topicId == topic.id) || entry.name == topic.name
  }
}
