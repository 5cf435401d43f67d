// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeUserScramCredentials.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension DescribeUserScramCredentialsRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.users = source.isNull(true) ? nil : source.structures(DescribeUserScramCredentialsRequest.ScramUser.self, version)
    return value
  }
}

extension DescribeUserScramCredentialsRequest.ScramUser: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    return value
  }
}
