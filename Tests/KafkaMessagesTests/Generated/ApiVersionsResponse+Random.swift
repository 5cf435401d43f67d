// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/ApiVersions.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension ApiVersionsResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.errorCode = source.errorCode()
    value.apiKeys = source.structures(ApiVersionsResponse.ApiVersion.self, version)
    if version >= 1 { value.throttleTimeMs = source.int32() }
    if version >= 3 {
      value.supportedFeatures = source.structures(ApiVersionsResponse.SupportedFeatureKey.self, version)
    }
    if version >= 3 { value.finalizedFeaturesEpoch = source.int64() }
    if version >= 3 {
      value.finalizedFeatures = source.structures(ApiVersionsResponse.FinalizedFeatureKey.self, version)
    }
    if version >= 3 { value.zkMigrationReady = source.bool() }
    return value
  }
}

extension ApiVersionsResponse.ApiVersion: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.apiKey = source.int16()
    value.minVersion = source.int16()
    value.maxVersion = source.int16()
    return value
  }
}

extension ApiVersionsResponse.SupportedFeatureKey: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.minVersion = source.int16()
    value.maxVersion = source.int16()
    return value
  }
}

extension ApiVersionsResponse.FinalizedFeatureKey: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.maxVersionLevel = source.int16()
    value.minVersionLevel = source.int16()
    return value
  }
}
