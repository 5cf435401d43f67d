// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/ApiVersions.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension ApiVersionsRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    if version >= 3 { value.clientSoftwareName = source.string() }
    if version >= 3 { value.clientSoftwareVersion = source.string() }
    return value
  }
}
