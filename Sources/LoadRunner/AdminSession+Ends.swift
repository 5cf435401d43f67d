import KafkaClient

extension AdminSession {
  /// Where each partition ends for its readers and, where that is before `targets`, for its leader.
  /// What cannot be asked is an observation, too.
  ///
  /// - Parameter targets: By partition: behind the last record that should be readable.
  func ends(of topic: String, targets: [Int64]) -> [SettledEnds.Observation] {
    let names = targets.indices.map { TopicPartition(topic: topic, partition: Int32($0)) }
    let watermarks = listed(names, isLogEnd: false)
    let trailing = names.indices.filter { index in
      (try? watermarks[names[index]]?.get()).map { $0 < targets[index] } ?? false
    }
    var logEnds: [TopicPartition: Result<Int64, RunError>] = [:]
    var inSync: [Int32: (Int, Int)] = [:]
    if !trailing.isEmpty {
      logEnds = listed(trailing.map { names[$0] }, isLogEnd: true)
      let described = try? describeTopic(topic).partitions
      for entry in described ?? [] {
        inSync[entry.partition] = (entry.inSyncReplicas.count, entry.replicas.count)
      }
    }
    return names.map { name in
      switch watermarks[name] {
      case .success(let watermark):
        let (here, all) = inSync[name.partition] ?? (0, 1)
        return .end(
          highWatermark: watermark, logEnd: try? logEnds[name]?.get(), inSync: here, replicas: all)
      case .failure(let error): return .unknown(error.description)
      case nil: return .unknown("the cluster did not answer for partition \(name.partition)")
      }
    }
  }

  /// Where the leaders' logs end, or the high watermarks; an error for each that was not answered.
  private func listed(
    _ names: [TopicPartition], isLogEnd: Bool
  ) -> [TopicPartition: Result<Int64, RunError>] {
    let what = isLogEnd ? "asking for the leader's log end" : "asking for the high watermark"
    do throws(RunError) {
      let answers: [TopicPartition: Result<ListedOffset, ClientError>] = try call(what) {
        if isLogEnd {
          $0.listLogEnds(names, completion: $1)
        } else {
          let queries = Dictionary(uniqueKeysWithValues: names.map { ($0, OffsetQuery.latest) })
          $0.listOffsets(queries, completion: $1)
        }
      }
      return answers.mapValues { answer in
        answer.map(\.offset).mapError { .target("\(what): \($0)") }
      }
    } catch {
      let error = error
      return Dictionary(uniqueKeysWithValues: names.map { ($0, .failure(error)) })
    }
  }

  /// Where the leaders' logs end, by partition; the high watermark of one that does not answer it.
  ///
  /// - Throws: `.target` where one partition answers neither.
  func logEnds(of topic: String, partitions: Int) throws(RunError) -> [Int64] {
    let names = (0..<partitions).map { TopicPartition(topic: topic, partition: Int32($0)) }
    let found = listed(names, isLogEnd: true)
    var ends: [Int64] = []
    for name in names {
      guard let answer = found[name] else {
        throw .target("the cluster did not answer where \(name) ends")
      }
      ends.append(try answer.get())
    }
    return ends
  }
}
