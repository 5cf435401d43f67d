import KafkaFormat
import KafkaMessages

// ApiVersions (18), versions 0–4.
//
// An unknown version is answered in the format of version 0 with UNSUPPORTED_VERSION and this API's
// own range, so that the client can try again. The answer's header is version 0 always.
// v1 throttle time; v3 client software (checked, INVALID_REQUEST) and features; v4 as v3

extension RequestProcessor {
  func handleApiVersions(_ frame: RawSpan, _ context: RequestContext) throws(FormatError)
    -> Outcome
  {
    let request = try context.decode(ApiVersionsRequest.self, frame)
    if context.head.version >= 3,
      !Self.isSoftwareName(request.clientSoftwareName)
        || !Self.isSoftwareName(request.clientSoftwareVersion)
    {
      return context.response(ApiVersionsResponse(errorCode: .invalidRequest))
    }
    var response = ApiVersionsResponse(apiKeys: Self.advertised)
    response.supportedFeatures = [
      ApiVersionsResponse.SupportedFeatureKey(
        name: MetadataFeature.name, minVersion: MetadataFeature.lowestLevel,
        maxVersion: MetadataFeature.level)
    ]
    response.finalizedFeaturesEpoch = image.endOffset
    response.finalizedFeatures = image.features.sorted { $0.key < $1.key }.map {
      ApiVersionsResponse.FinalizedFeatureKey(
        name: $0.key, maxVersionLevel: $0.value, minVersionLevel: $0.value)
    }
    return context.response(response)
  }

  func unsupportedApiVersions(_ context: RequestContext) -> Outcome {
    let range = ApiVersionsRequest.versions
    let response = ApiVersionsResponse(
      errorCode: .unsupportedVersion,
      apiKeys: [
        ApiVersionsResponse.ApiVersion(
          apiKey: ApiKey.apiVersions.rawValue, minVersion: range.lowerBound,
          maxVersion: range.upperBound)
      ])
    return .respond(
      Response(response.frame(version: 0, correlationId: context.head.correlationId)))
  }

  private static let advertised: [ApiVersionsResponse.ApiVersion] = SupportedVersions.table.map {
    ApiVersionsResponse.ApiVersion(
      apiKey: $0.key.rawValue, minVersion: $0.versions.lowerBound,
      maxVersion: $0.versions.upperBound)
  }

  /// Letters and digits, with dots and dashes between them.
  private static func isSoftwareName(_ text: String) -> Bool {
    let utf8 = Array(text.utf8)
    func isWord(_ byte: UInt8) -> Bool {
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }
    guard let first = utf8.first, let last = utf8.last, isWord(first), isWord(last) else {
      return false
    }
    return utf8.allSatisfy { isWord($0) || $0 == 45 || $0 == 46 }
  }
}
