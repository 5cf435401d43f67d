import KafkaFormat
import KafkaMessages

/// What one Fetch asks a scripted broker for, with all that its session knows.
struct ScriptedSession {
  struct Refusal: Error { let code: ErrorCode }

  /// 0: none.
  var id: Int32
  var epoch: Int32 = 1
  var isIncremental = false
  var minBytes = 0
  var maxWaitMs: Int64 = 0
  var wanted: [(topic: String, id: KafkaUUID, item: FetchRequest.FetchPartition)] = []

  mutating func apply(_ request: FetchRequest) {
    minBytes = Int(request.minBytes)
    maxWaitMs = Int64(request.maxWaitMs)
    for topic in request.topics {
      for item in topic.partitions {
        if let index = index(topic.topic, topic.topicId, item.partition) {
          wanted[index].item = item
        } else {
          wanted.append((topic.topic, topic.topicId, item))
        }
      }
    }
    for topic in request.forgottenTopicsData {
      for partition in topic.partitions {
        if let index = index(topic.topic, topic.topicId, partition) { wanted.remove(at: index) }
      }
    }
  }

  private func index(_ topic: String, _ id: KafkaUUID, _ partition: Int32) -> Int? {
    wanted.firstIndex { $0.topic == topic && $0.id == id && $0.item.partition == partition }
  }
}

extension ScriptedCluster {
  /// The session that a request begins or goes on with, by Kafka's rules.
  func session(of request: FetchRequest) -> Result<ScriptedSession, ScriptedSession.Refusal> {
    if request.sessionEpoch > 0 {
      guard var session = sessions[request.sessionId] else {
        return .failure(ScriptedSession.Refusal(code: .fetchSessionIdNotFound))
      }
      guard session.epoch == request.sessionEpoch else {
        return .failure(ScriptedSession.Refusal(code: .invalidFetchSessionEpoch))
      }
      session.epoch += 1
      session.isIncremental = true
      session.apply(request)
      sessions[session.id] = session
      return .success(session)
    }
    sessions[request.sessionId] = nil
    let isGranted = grantsSessions && request.sessionEpoch == 0
    var session = ScriptedSession(id: isGranted ? Int32(fetches.count) : 0)
    session.apply(request)
    if isGranted { sessions[session.id] = session }
    return .success(session)
  }
}
