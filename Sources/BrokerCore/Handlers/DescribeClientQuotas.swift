import KafkaFormat
import KafkaMessages

// DescribeClientQuotas (48), versions 0–1. There are no quotas: nothing is found.
//
//   UNSUPPORTED_VERSION  a kind of entity other than user, client-id and ip
//   INVALID_REQUEST      a filter that cannot be: a kind that is empty or stands twice, ip beside
//                        another, a match that its type does not take
// v1 flexible

extension RequestProcessor {
  private enum QuotaMatch {
    static let exact: Int8 = 0
    static let entityDefault: Int8 = 1
    static let any: Int8 = 2
  }

  func handleDescribeClientQuotas(_ frame: RawSpan, _ context: RequestContext)
    throws(FormatError) -> Outcome
  {
    let request = try context.decode(DescribeClientQuotasRequest.self, frame)
    do throws(Refusal) {
      var types: Set<String> = []
      for component in request.components {
        try check(component)
        if !types.insert(component.entityType).inserted {
          throw Refusal(.invalidRequest, "\(component.entityType) stands twice in the filter.")
        }
      }
      if types.contains("ip"), types.count > 1 {
        throw Refusal(.invalidRequest, "ip cannot be filtered for together with other entities.")
      }
      return context.response(DescribeClientQuotasResponse(errorMessage: nil, entries: []))
    } catch {
      return context.response(
        DescribeClientQuotasResponse(
          errorCode: error.code, errorMessage: error.message, entries: nil))
    }
  }

  private func check(_ component: DescribeClientQuotasRequest.QuotaFilterComponent)
    throws(Refusal)
  {
    switch component.entityType {
    case "user", "client-id", "ip": break
    case "": throw Refusal(.invalidRequest, "The kind of entity is empty.")
    default:
      throw Refusal(
        .unsupportedVersion,
        "\(component.entityType) is no kind of entity: they are user, client-id and ip.")
    }
    switch component.matchType {
    case QuotaMatch.exact:
      if component.match == nil {
        throw Refusal(.invalidRequest, "An exact match of \(component.entityType) needs a name.")
      }
    case QuotaMatch.entityDefault, QuotaMatch.any:
      if component.match != nil {
        throw Refusal(
          .invalidRequest, "A name is given for \(component.entityType) beside a match without one."
        )
      }
    default:
      throw Refusal(
        .invalidRequest,
        "Match type \(component.matchType) is not known: 0 is exact, 1 the default, 2 any.")
    }
  }
}

// DescribeUserScramCredentials (50), version 0: no user has credentials. Kafka's tool asks for them
// together with the quotas of users.
//   RESOURCE_NOT_FOUND   a user that is named
//   DUPLICATE_RESOURCE   one that is named twice; answered once
extension RequestProcessor {
  func handleDescribeUserScramCredentials(_ frame: RawSpan, _ context: RequestContext)
    throws(FormatError) -> Outcome
  {
    let request = try context.decode(DescribeUserScramCredentialsRequest.self, frame)
    var occurrences: [String: Int] = [:]
    for user in request.users ?? [] { occurrences[user.name, default: 0] += 1 }
    var response = DescribeUserScramCredentialsResponse(errorMessage: nil)
    for user in request.users ?? [] {
      guard let count = occurrences.removeValue(forKey: user.name) else { continue }
      let code = count > 1 ? ErrorCode.duplicateResource : .resourceNotFound
      response.results.append(.init(user: user.name, errorCode: code, errorMessage: code.message))
    }
    return context.response(response)
  }
}
