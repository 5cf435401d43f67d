// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeUserScramCredentials.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension DescribeUserScramCredentialsResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.throttleTimeMs = source.int32()
    value.errorCode = source.errorCode()
    value.errorMessage = source.isNull(true) ? nil : source.string()
    value.results = source.structures(DescribeUserScramCredentialsResponse.ScramUserResult.self, version)
    return value
  }
}

extension DescribeUserScramCredentialsResponse.ScramUserResult: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.user = source.string()
    value.errorCode = source.errorCode()
    value.errorMessage = source.isNull(true) ? nil : source.string()
    value.credentialInfos = source.structures(DescribeUserScramCredentialsResponse.ScramCredentialInfo.self, version)
    return value
  }
}

extension DescribeUserScramCredentialsResponse.ScramCredentialInfo: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.mechanism = source.int8()
    value.iterations = source.int32()
    return value
  }
}
