import KafkaFormat
import KafkaMessages
import Transport

/// Topics, configurations and offsets of a cluster.
///
/// Every call completes once, within `default.api.timeout.ms`; what concerns one item alone is
/// that item's result. Loop-confined: every call on the transport's thread.
public final class Admin<T: Transport>: ClusterObserver {
  public typealias Completion<Value> = (Result<Value, ClientError>) -> Void

  let transport: T
  let client: ClusterClient<T>
  let config: AdminConfig
  var failure: ClientError?

  public init(transport: T, config: AdminConfig) {
    self.transport = transport
    self.config = config
    client = ClusterClient(transport: transport, config: config.client)
    client.allowAutoTopicCreation = false
    client.observer = self
  }

  /// Ends the connections; calls under way fail.
  public func close() { client.close() }

  func metadataChanged() {}
  func nodeReady(_ node: Int32) {}
  func nodeLost(_ node: Int32, _ error: ClientError) {}
  func clusterFailed(_ error: ClientError) { failure = error }

  var timeoutMs: Int32 { Int32(clamping: config.client.requestTimeoutMs) }

  // MARK: Calls with one answer

  /// Sends a request, again where the connection fails, until the operation's time is over.
  func call<Request: KafkaRequest>(
    _ request: Request, versions: ClosedRange<Int16>? = nil,
    to destination: ClusterClient<T>.Destination, attempt: Int = 0, deadline: MonotonicTime? = nil,
    completion: @escaping Completion<Request.Response>
  ) {
    if let failure { return completion(.failure(failure)) }
    let limit =
      deadline ?? transport.now.adding(milliseconds: config.client.defaultApiTimeoutMs)
    client.send(request, versions: versions, to: destination) { [self] result in
      guard case .failure(let error) = result, error.isRetriable, !client.isClosed else {
        return completion(failure.map { .failure($0) } ?? result)
      }
      let again = transport.now.adding(milliseconds: client.retryDelayMs(attempt: attempt))
      guard again < limit else { return completion(.failure(error)) }
      transport.schedule(at: again) { [self] in
        call(
          request, versions: versions, to: destination, attempt: attempt + 1, deadline: limit,
          completion: completion)
      }
    }
  }

  // MARK: Calls with an answer an item

  /// Sends a request for `items`, and again for those whose error passes by itself.
  ///
  /// - Parameters:
  ///   - request: Makes the request for some of the items.
  ///   - result: What a response says of one; nil if nothing.
  func perItem<Item, Request: KafkaRequest, Value>(
    _ items: [Item], to destination: ClusterClient<T>.Destination,
    done: [(Item, Result<Value, ClientError>)] = [],
    attempt: Int = 0, deadline: MonotonicTime? = nil,
    request: @escaping ([Item]) -> Request,
    result: @escaping (Request.Response, Item) -> Result<Value, ClientError>?,
    completion: @escaping Completion<[(Item, Result<Value, ClientError>)]>
  ) {
    if items.isEmpty { return completion(.success(done)) }
    let limit =
      deadline ?? transport.now.adding(milliseconds: config.client.defaultApiTimeoutMs)
    call(request(items), to: destination, deadline: limit) { [self] answer in
      let response: Request.Response
      switch answer {
      case .success(let value): response = value
      case .failure(let error): return completion(.failure(error))
      }
      var done = done
      var again: [Item] = []
      let next = transport.now.adding(milliseconds: client.retryDelayMs(attempt: attempt))
      for item in items {
        let outcome = result(response, item) ?? .failure(.malformedResponse("an item is missing"))
        if case .failure(let error) = outcome, Self.passes(error, attempt: attempt), next < limit {
          again.append(item)
        } else {
          done.append((item, outcome))
        }
      }
      if again.isEmpty { return completion(.success(done)) }
      client.requestMetadata()
      transport.schedule(at: next) { [self] in
        perItem(
          again, to: destination, done: done, attempt: attempt + 1, deadline: limit,
          request: request, result: result, completion: completion)
      }
    }
  }

  /// Whether an item's error is one that passes by itself. Of an unknown topic a broker may just
  /// not have heard yet, which is soon over.
  static func passes(_ error: ClientError, attempt: Int) -> Bool {
    switch error.code {
    case .notController, .leaderNotAvailable, .notLeaderOrFollower, .fencedLeaderEpoch,
      .unknownLeaderEpoch, .offsetNotAvailable, .throttlingQuotaExceeded:
      true
    case .unknownTopicOrPartition: attempt < 3
    default: false
    }
  }

  static func outcome(_ code: ErrorCode, _ message: String?) -> Result<Void, ClientError> {
    code == .none ? .success(()) : .failure(.broker(code, message: message))
  }
}
