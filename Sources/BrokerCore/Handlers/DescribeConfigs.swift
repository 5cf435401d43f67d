import KafkaFormat
import KafkaMessages

// DescribeConfigs (32), versions 1–4.
//
// Topics (2) and brokers (4; "" is the default of all). No keys, or an empty list: all keys. A
// synonym's value is in its own unit: hours under `log.retention.hours`. A resource that is not
// there is UNKNOWN_TOPIC_OR_PARTITION, another broker INVALID_REQUEST; other kinds have no
// settings.
// v1 source and synonyms; v3 type and documentation; v4 flexible

extension RequestProcessor {
  func handleDescribeConfigs(_ frame: RawSpan, _ context: RequestContext) throws(FormatError)
    -> Outcome
  {
    let request = try context.decode(DescribeConfigsRequest.self, frame)
    var response = DescribeConfigsResponse()
    for resource in request.resources {
      var result = DescribeConfigsResponse.DescribeConfigsResult(
        errorMessage: nil, resourceType: resource.resourceType, resourceName: resource.resourceName)
      do throws(Refusal) {
        var configs = try describedConfigs(resource)
        if let keys = resource.configurationKeys, !keys.isEmpty {
          configs = configs.filter { keys.contains($0.name) }
        }
        for index in configs.indices {
          if !request.includeSynonyms { configs[index].synonyms = [] }
          if !request.includeDocumentation { configs[index].documentation = nil }
        }
        result.configs = configs
      } catch {
        result.errorCode = error.code
        result.errorMessage = error.message
      }
      response.results.append(result)
    }
    return context.response(response)
  }

  private func describedConfigs(_ resource: DescribeConfigsRequest.DescribeConfigsResource)
    throws(Refusal) -> [DescribeConfigsResponse.DescribeConfigsResourceResult]
  {
    switch ConfigResourceType(rawValue: resource.resourceType) {
    case .topic:
      if let problem = TopicName.problem(with: resource.resourceName) {
        throw Refusal(.invalidTopicException, problem)
      }
      guard let topic = image.topicsByName[resource.resourceName] else {
        throw Refusal(.unknownTopicOrPartition, ErrorCode.unknownTopicOrPartition.message)
      }
      return describedTopicConfigs(topic.overrides)
    case .broker:
      if resource.resourceName.isEmpty { return describedDynamicDefaults() }
      guard Int32(resource.resourceName) == node.config.nodeId else {
        throw Refusal(
          .invalidRequest,
          "This is broker \(node.config.nodeId), not \(resource.resourceName)."
        )
      }
      return describedBrokerConfigs()
    case .brokerLogger, .clientMetrics, .group: return []
    case nil:
      let name = ConfigResourceType.name(of: resource.resourceType)
      throw Refusal(
        .invalidRequest,
        "\(name) is not known: settings have topics (2), brokers (4), broker loggers (8), "
          + "client metrics (16) and groups (32).")
    }
  }

  /// All keys of a topic with these settings of its own.
  func describedTopicConfigs(_ overrides: [String: String])
    -> [DescribeConfigsResponse.DescribeConfigsResourceResult]
  {
    TopicConfigKeys.all.map { key in
      let definition = key.definition
      let origins = TopicConfigValue.origins(
        definition.name, overrides: overrides, broker: node.config)
      return DescribeConfigsResponse.DescribeConfigsResourceResult(
        name: definition.name, value: origins.first?.value, readOnly: false,
        configSource: (origins.first?.source ?? .defaultValue).rawValue, isSensitive: false,
        synonyms:
          origins
          // The topic's own key is no synonym of the default that holds without it.
          .filter { $0.source != .defaultValue || !key.synonyms.isEmpty }
          .map {
            DescribeConfigsResponse.DescribeConfigsSynonym(
              name: $0.name, value: $0.ownValue, source: $0.source.rawValue)
          },
        configType: definition.kind.rawValue, documentation: definition.documentation)
    }
  }

  private func describedBrokerConfigs() -> [DescribeConfigsResponse.DescribeConfigsResourceResult] {
    BrokerConfigKeys.all.map { definition in
      let given = node.config.properties[definition.name] ?? derivedValue(definition.name)
      var synonyms: [DescribeConfigsResponse.DescribeConfigsSynonym] = []
      if let given {
        synonyms.append(
          .init(
            name: definition.name, value: given,
            source: TopicConfigValue.Source.staticBroker.rawValue))
      }
      if let value = definition.defaultValue {
        synonyms.append(
          .init(
            name: definition.name, value: value,
            source: TopicConfigValue.Source.defaultValue.rawValue))
      }
      return DescribeConfigsResponse.DescribeConfigsResourceResult(
        name: definition.name, value: given ?? definition.defaultValue, readOnly: true,
        configSource: (given == nil ? TopicConfigValue.Source.defaultValue : .staticBroker)
          .rawValue,
        isSensitive: definition.kind == .password, synonyms: synonyms,
        configType: definition.kind.rawValue, documentation: definition.documentation)
    }
  }

  /// What follows from the file though its key is not in it: it counts as written there.
  private func derivedValue(_ key: String) -> String? {
    guard key == "advertised.listeners" else { return nil }
    let own = image.brokers.first { $0.id == node.config.nodeId }
    return (own?.endpoints ?? node.config.listeners).map(\.description).joined(separator: ",")
  }

  private func describedDynamicDefaults()
    -> [DescribeConfigsResponse.DescribeConfigsResourceResult]
  {
    (image.brokerConfigs[""] ?? [:]).sorted { $0.key < $1.key }.map { key, value in
      DescribeConfigsResponse.DescribeConfigsResourceResult(
        name: key, value: value,
        configSource: TopicConfigValue.Source.dynamicDefaultBroker.rawValue)
    }
  }
}
