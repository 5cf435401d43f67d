import CommitLog
import KafkaFormat
import KafkaMessages

// DescribeLogDirs (35), versions 1–5.
//
// Null topics: all. A directory whose disk failed is there with KAFKA_STORAGE_ERROR.
// v2 flexible; v3 error code; v4 bytes of the file system; v5 cordoned (never)

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
        if let space = try? directory.fileSystem.space(of: directory.path) {
          result.totalBytes = space.totalBytes
          result.usableBytes = space.usableBytes
        }
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
    var topics: [DescribeLogDirsResponse.DescribeLogDirsTopic] = []
    var partitionsByName: [String: Set<Int32>] = [:]
    for topic in request.topics ?? [] {
      partitionsByName[topic.topic, default: []].formUnion(topic.partitions)
    }
    for name in image.topicNames {
      let wanted = partitionsByName[name]
      guard let topic = image.topicsByName[name], request.topics == nil || wanted != nil else {
        continue
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
