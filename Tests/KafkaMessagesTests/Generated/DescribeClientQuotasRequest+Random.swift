// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeClientQuotas.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension DescribeClientQuotasRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.components = source.structures(DescribeClientQuotasRequest.QuotaFilterComponent.self, version)
    value.strict = source.bool()
    return value
  }
}

extension DescribeClientQuotasRequest.QuotaFilterComponent: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.entityType = source.string()
    value.matchType = source.int8()
    value.match = source.isNull(true) ? nil : source.string()
    return value
  }
}
