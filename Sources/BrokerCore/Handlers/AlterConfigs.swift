import KafkaFormat
import KafkaMessages

// AlterConfigs (33), versions 0–2, and IncrementalAlterConfigs (44), versions 0–1. Done by the
// controller; each resource has its own result. Settings of topics take effect at once.
//
//   operations  0 set, 1 delete, 2 append, 3 subtract (the last two for lists)
//   AlterConfigs replaces all settings of its own that a topic has
//   UNKNOWN_TOPIC_OR_PARTITION; INVALID_CONFIG a key that is not known, a value that cannot be;
//   INVALID_REQUEST settings of brokers, which are read from the file at the start only; a resource
//                   that the request names twice, each time; a key that stands twice
// AlterConfigs v2 and IncrementalAlterConfigs v1 flexible

extension RequestProcessor {
  /// One key to be changed.
  struct ConfigChange {
    var name: String
    var operation: Int8
    var value: String?
  }

  func planIncrementalAlterConfigs(_ frame: RawSpan, _ context: RequestContext)
    throws(FormatError) -> ChangePlan
  {
    let request = try context.decode(IncrementalAlterConfigsRequest.self, frame)
    var records: [MetadataRecord] = []
    var results: [IncrementalAlterConfigsResponse.AlterConfigsResourceResponse] = []
    let repeated = Self.repeated(
      request.resources.map { ConfigResource($0.resourceType, $0.resourceName) })
    for resource in request.resources {
      var result = IncrementalAlterConfigsResponse.AlterConfigsResourceResponse(
        errorMessage: nil, resourceType: resource.resourceType, resourceName: resource.resourceName)
      do throws(Refusal) {
        if repeated.contains(ConfigResource(resource.resourceType, resource.resourceName)) {
          throw Refusal(.invalidRequest, Self.resourceTwice)
        }
        let topic = try configurableTopic(resource.resourceType, resource.resourceName)
        let changes = resource.configs.map {
          ConfigChange(name: $0.name, operation: $0.configOperation, value: $0.value)
        }
        records += try Self.records(for: topic, settings(topic.overrides, changed: changes))
      } catch {
        result.errorCode = error.code
        result.errorMessage = error.message
      }
      results.append(result)
    }
    return ChangePlan(records: request.validateOnly ? [] : records) { _, error in
      var results = results
      if let error { results.refuseRest(error) }
      return context.encoded(IncrementalAlterConfigsResponse(responses: results))
    }
  }

  func planAlterConfigs(_ frame: RawSpan, _ context: RequestContext) throws(FormatError)
    -> ChangePlan
  {
    let request = try context.decode(AlterConfigsRequest.self, frame)
    var records: [MetadataRecord] = []
    var results: [AlterConfigsResponse.AlterConfigsResourceResponse] = []
    let repeated = Self.repeated(
      request.resources.map { ConfigResource($0.resourceType, $0.resourceName) })
    for resource in request.resources {
      var result = AlterConfigsResponse.AlterConfigsResourceResponse(
        errorMessage: nil, resourceType: resource.resourceType, resourceName: resource.resourceName)
      do throws(Refusal) {
        if repeated.contains(ConfigResource(resource.resourceType, resource.resourceName)) {
          throw Refusal(.invalidRequest, Self.resourceTwice)
        }
        let topic = try configurableTopic(resource.resourceType, resource.resourceName)
        let changes = resource.configs.map {
          ConfigChange(name: $0.name, operation: 0, value: $0.value)
        }
        records += try Self.records(for: topic, settings([:], changed: changes))
      } catch {
        result.errorCode = error.code
        result.errorMessage = error.message
      }
      results.append(result)
    }
    return ChangePlan(records: request.validateOnly ? [] : records) { _, error in
      var results = results
      if let error { results.refuseRest(error) }
      return context.encoded(AlterConfigsResponse(responses: results))
    }
  }

  // MARK: Checks

  /// What a request names by type and name.
  private struct ConfigResource: Hashable {
    var type: Int8
    var name: String

    init(_ type: Int8, _ name: String) {
      self.type = type
      self.name = name
    }
  }

  private static let resourceTwice = "The resource stands twice in the request."

  private static func repeated(_ resources: [ConfigResource]) -> Set<ConfigResource> {
    var seen: Set<ConfigResource> = []
    return Set(resources.filter { !seen.insert($0).inserted })
  }

  private func configurableTopic(_ type: Int8, _ name: String) throws(Refusal) -> TopicImage {
    switch type {
    case MetadataState.ResourceType.topic:
      guard let topic = image.topicsByName[name] else {
        throw Refusal(.unknownTopicOrPartition, "The topic '\(name)' does not exist.")
      }
      return topic
    case MetadataState.ResourceType.broker:
      throw Refusal(
        .invalidRequest, "Settings of brokers cannot be changed while the broker runs.")
    default:
      throw Refusal(
        .invalidRequest,
        "Settings of \(ConfigResourceType.name(of: type)) cannot be changed here: only those of "
          + "topics can.")
    }
  }

  /// The value as it is kept. A null value is refused.
  func checkedTopicConfig(_ name: String, _ value: String?) throws(Refusal) -> String {
    guard let key = TopicConfigKeys.byName[name] else {
      throw Refusal(.invalidConfig, "Unknown topic config name: \(name)")
    }
    guard let value else {
      throw Refusal(.invalidConfig, "Null value not supported for topic configs: \(name)")
    }
    if name == TopicConfigKeys.remoteStorage, ConfigText.boolean(value) == true {
      throw Refusal(
        .invalidConfig, "\(name)=true is not possible: this broker has no tiered storage.")
    }
    do throws(ConfigError) { try key.definition.check(value) } catch {
      throw Refusal(.invalidConfig, error.description)
    }
    return value.trimmed
  }

  /// A topic's settings after the changes.
  private func settings(_ before: [String: String], changed: [ConfigChange]) throws(Refusal)
    -> [String: String]
  {
    var settings = before
    if Set(changed.map(\.name)).count != changed.count {
      throw Refusal(.invalidRequest, "A key stands twice in the request.")
    }
    for change in changed {
      let key = change.name
      switch change.operation {
      case 0: settings[key] = try checkedTopicConfig(key, change.value)
      case 1:
        if TopicConfigKeys.byName[key] == nil {
          throw Refusal(.invalidConfig, "Unknown topic config name: \(key)")
        }
        settings[key] = nil
      case 2, 3:
        guard TopicConfigKeys.byName[key]?.definition.kind == .list else {
          throw Refusal(
            .invalidConfig, "Config value append and subtract need a list, \(key) is none.")
        }
        var items = ConfigText.list(
          settings[key]
            ?? TopicConfigValue.effective(key, overrides: [:], broker: node.config) ?? "")
        let given = ConfigText.list(change.value ?? "")
        if change.operation == 2 {
          items += given.filter { !items.contains($0) }
        } else {
          items.removeAll(where: given.contains)
        }
        settings[key] = try checkedTopicConfig(key, items.joined(separator: ","))
      default:
        throw Refusal(.invalidRequest, "Unknown operation \(change.operation) for \(key).")
      }
    }
    return settings
  }

  private static func records(for topic: TopicImage, _ settings: [String: String])
    -> [MetadataRecord]
  {
    Set(settings.keys).union(topic.overrides.keys).sorted().compactMap { key in
      if settings[key] == topic.overrides[key] { return nil }
      return .config(
        ConfigRecord(
          resourceType: MetadataState.ResourceType.topic, resourceName: topic.name, name: key,
          value: settings[key]))
    }
  }
}
