import KafkaFormat
import KafkaMessages

// DescribeAcls (29), CreateAcls (30), DeleteAcls (31), versions 1–3.
//
// There is no authorizer: SECURITY_DISABLED, for each rule or filter of a request that has several.
// Kafka's tools and MirrorMaker 2 know that answer and report it in one line.
// v1 patterns of names; v2 flexible; v3 user principals of tokens

extension RequestProcessor {
  private static let noAuthorizer = "This broker has no authorizer, and so no access rules."

  func handleDescribeAcls(_ frame: RawSpan, _ context: RequestContext) throws(FormatError)
    -> Outcome
  {
    _ = try context.decode(DescribeAclsRequest.self, frame)
    return context.response(
      DescribeAclsResponse(errorCode: .securityDisabled, errorMessage: Self.noAuthorizer))
  }

  func handleCreateAcls(_ frame: RawSpan, _ context: RequestContext) throws(FormatError)
    -> Outcome
  {
    let request = try context.decode(CreateAclsRequest.self, frame)
    let result = CreateAclsResponse.AclCreationResult(
      errorCode: .securityDisabled, errorMessage: Self.noAuthorizer)
    return context.response(CreateAclsResponse(results: request.creations.map { _ in result }))
  }

  func handleDeleteAcls(_ frame: RawSpan, _ context: RequestContext) throws(FormatError)
    -> Outcome
  {
    let request = try context.decode(DeleteAclsRequest.self, frame)
    let result = DeleteAclsResponse.DeleteAclsFilterResult(
      errorCode: .securityDisabled, errorMessage: Self.noAuthorizer)
    return context.response(DeleteAclsResponse(filterResults: request.filters.map { _ in result }))
  }
}
