// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeConfigs.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension DescribeConfigsRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.resources = source.structures(DescribeConfigsRequest.DescribeConfigsResource.self, version)
    value.includeSynonyms = source.bool()
    if version >= 3 { value.includeDocumentation = source.bool() }
    return value
  }
}

extension DescribeConfigsRequest.DescribeConfigsResource: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.resourceType = source.int8()
    value.resourceName = source.string()
    value.configurationKeys = source.isNull(true) ? nil : source.elements(String.self)
    return value
  }
}
