// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeClientQuotas.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension DescribeClientQuotasResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.throttleTimeMs = source.int32()
    value.errorCode = source.errorCode()
    value.errorMessage = source.isNull(true) ? nil : source.string()
    value.entries = source.isNull(true) ? nil : source.structures(DescribeClientQuotasResponse.QuotaEntry.self, version)
    return value
  }
}

extension DescribeClientQuotasResponse.QuotaEntry: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.entity = source.structures(DescribeClientQuotasResponse.QuotaEntity.self, version)
    value.values = source.structures(DescribeClientQuotasResponse.QuotaValue.self, version)
    return value
  }
}

extension DescribeClientQuotasResponse.QuotaEntity: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.entityType = source.string()
    value.entityName = source.isNull(true) ? nil : source.string()
    return value
  }
}

extension DescribeClientQuotasResponse.QuotaValue: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.key = source.string()
    value.value = source.float64()
    return value
  }
}
