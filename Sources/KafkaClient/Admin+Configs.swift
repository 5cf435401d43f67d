import KafkaFormat
import KafkaMessages
import Transport

extension ConfigResource {
  /// As the protocol numbers it.
  var type: Int8 {
    switch self {
    case .topic: 2
    case .broker: 4
    }
  }
}

extension Admin {
  /// Where a resource's configuration is asked for: a broker knows its own.
  private func destination(_ resource: ConfigResource) -> ClusterClient<T>.Destination {
    if case .broker(let id) = resource { .node(id) } else { .any }
  }

  public func describeConfigs(
    _ resources: [ConfigResource], completion: @escaping Completion<[AdminOutcome<[ConfigEntry]>]>
  ) {
    inGroups(resources, completion: completion) { [self] destination, group, next in
      perItem(group, to: destination) { items in
        DescribeConfigsRequest(
          resources: items.map {
            .init(resourceType: $0.type, resourceName: $0.name, configurationKeys: nil)
          })
      } result: { response, resource in
        response.results.first {
          $0.resourceType == resource.type && $0.resourceName == resource.name
        }.map { found in
          found.errorCode == .none
            ? .success(found.configs.map(ConfigEntry.init))
            : .failure(.broker(found.errorCode, message: found.errorMessage))
        }
      } completion: {
        next($0.map { $0.map { AdminOutcome(name: $0.name, result: $1) } })
      }
    }
  }

  /// Changes single entries; those not named stay as they are.
  public func alterConfigs(
    _ changes: [ConfigResource: [String: ConfigChange]], validateOnly: Bool = false,
    completion: @escaping Completion<[AdminOutcome<Void>]>
  ) {
    let resources = changes.keys.sorted { ($0.type, $0.name) < ($1.type, $1.name) }
    inGroups(resources, completion: completion) { [self] destination, group, next in
      perItem(group, to: destination) { items in
        IncrementalAlterConfigsRequest(
          resources: items.map { resource in
            let entries = (changes[resource] ?? [:]).sorted { $0.key < $1.key }
            return .init(
              resourceType: resource.type, resourceName: resource.name,
              configs: entries.map { $0.value.entry($0.key) })
          }, validateOnly: validateOnly)
      } result: { response, resource in
        response.responses.first {
          $0.resourceType == resource.type && $0.resourceName == resource.name
        }.map { Self.outcome($0.errorCode, $0.errorMessage) }
      } completion: {
        next($0.map { $0.map { AdminOutcome(name: $0.name, result: $1) } })
      }
    }
  }

  /// Runs a call once for each place that some of the resources have to be asked at.
  private func inGroups<Value>(
    _ resources: [ConfigResource], done: [AdminOutcome<Value>] = [],
    completion: @escaping Completion<[AdminOutcome<Value>]>,
    call:
      @escaping (
        ClusterClient<T>.Destination, [ConfigResource], @escaping Completion<[AdminOutcome<Value>]>
      ) -> Void
  ) {
    guard let first = resources.first else { return completion(.success(done)) }
    let place = destination(first)
    let group = resources.filter { destination($0) == place }
    let rest = resources.filter { destination($0) != place }
    call(place, group) { [self] result in
      switch result {
      case .failure(let error): completion(.failure(error))
      case .success(let outcomes):
        inGroups(rest, done: done + outcomes, completion: completion, call: call)
      }
    }
  }
}

extension ConfigChange {
  func entry(_ name: String) -> IncrementalAlterConfigsRequest.AlterableConfig {
    switch self {
    case .set(let value): .init(name: name, configOperation: 0, value: value)
    case .delete: .init(name: name, configOperation: 1, value: nil)
    case .append(let value): .init(name: name, configOperation: 2, value: value)
    case .subtract(let value): .init(name: name, configOperation: 3, value: value)
    }
  }
}

extension ConfigEntry {
  init(_ entry: DescribeConfigsResponse.DescribeConfigsResourceResult) {
    name = entry.name
    value = entry.value
    source = ConfigSource(rawValue: entry.configSource) ?? .unknown
    isReadOnly = entry.readOnly
    isSensitive = entry.isSensitive
  }
}
