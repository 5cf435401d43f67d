import CommitLog
import KafkaFormat
import KafkaMessages

// DescribeLogDirs (35), versions 1–5.
//
// Null topics: all. A directory whose disk failed is there with KAFKA_STORAGE_ERROR.
// v2 flexible; v3 error code; v4 bytes of the file system (not told: −1); v5 cordoned (never)

extension RequestProcessor {
  func handleDescribeLogDirs(_ frame: RawSpan, _ context: RequestContext) throws(FormatError)
    -> Outcome
  {
    let request = try context.decode(DescribeLogDirsRequest.self, frame)
    var response = DescribeLogDirsResponse()
    for (index, directory) in node.directories.directories.enumerated() {
      var result = DescribeLogDirsResponse.DescribeLogDirsResult(logDir: directory.path)
      if node.isOffline(index) {
        result.errorCode = .kafkaStorageError
      } else {
        result.topics = describedTopics(request, directory: index)
      }
      response.results.append(result)
    }
    for (path, _) in node.directories.failed {
      response.results.append(.init(errorCode: .kafkaStorageError, logDir: path))
    }
    return context.response(response)
  }

  private func describedTopics(_ request: DescribeLogDirsRequest, directory: Int)
    -> [DescribeLogDirsResponse.DescribeLogDirsTopic]
  {
    let names = request.topics.map { Set($0.map(\.topic)) }
    var topics: [DescribeLogDirsResponse.DescribeLogDirsTopic] = []
    for name in image.topicNames where names?.contains(name) ?? true {
      guard let topic = image.topicsByName[name] else { continue }
      let wanted = request.topics.map { topics in
        Set(topics.filter { $0.topic == name }.flatMap(\.partitions))
      }
      var described = DescribeLogDirsResponse.DescribeLogDirsTopic(name: name)
      for partition in topic.partitions
      where partition.directory == directory && wanted?.contains(partition.index) ?? true {
        let size = partition.state.withLock { $0.log?.sizeInBytes ?? 0 }
        described.partitions.append(
          .init(partitionIndex: partition.index, partitionSize: size, offsetLag: 0))
      }
      if !described.partitions.isEmpty { topics.append(described) }
    }
    return topics
  }
}
