// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeConfigs.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension DescribeConfigsResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.throttleTimeMs = source.int32()
    value.results = source.structures(DescribeConfigsResponse.DescribeConfigsResult.self, version)
    return value
  }
}

extension DescribeConfigsResponse.DescribeConfigsResult: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.errorCode = source.errorCode()
    value.errorMessage = source.isNull(true) ? nil : source.string()
    value.resourceType = source.int8()
    value.resourceName = source.string()
    value.configs = source.structures(DescribeConfigsResponse.DescribeConfigsResourceResult.self, version)
    return value
  }
}

extension DescribeConfigsResponse.DescribeConfigsResourceResult: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.value = source.isNull(true) ? nil : source.string()
    value.readOnly = source.bool()
    value.configSource = source.int8()
    value.isSensitive = source.bool()
    value.synonyms = source.structures(DescribeConfigsResponse.DescribeConfigsSynonym.self, version)
    if version >= 3 { value.configType = source.int8() }
    if version >= 3 { value.documentation = source.isNull(true) ? nil : source.string() }
    return value
  }
}

extension DescribeConfigsResponse.DescribeConfigsSynonym: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.value = source.isNull(true) ? nil : source.string()
    value.source = source.int8()
    return value
  }
}
