import KafkaFormat
import KafkaMessages

// ListGroups (16), versions 0–5; DescribeGroups (15), versions 0–6; DeleteGroups (42),
// versions 0–2.
//
// ListGroups: v3 flexible; v4 by state; v5 by type: all groups are classic. Filters are compared
//   without regard to case. While any of the groups are being loaded:
//   COORDINATOR_LOAD_IN_PROGRESS
// DescribeGroups: v3 authorised operations; v4 instance ids; v5 flexible; v6 GROUP_ID_NOT_FOUND
//   for a group that is not there, which before is merely "Dead"
// DeleteGroups: v2 flexible. NON_EMPTY_GROUP, GROUP_ID_NOT_FOUND

extension RequestProcessor {
  func handleListGroups(_ frame: RawSpan, _ context: RequestContext) throws(FormatError)
    -> Outcome
  {
    let request = try context.decode(ListGroupsRequest.self, frame)
    let types = Set(request.typesFilter.map { $0.lowercased() })
    var response = ListGroupsResponse()
    if !types.isEmpty, !types.contains("classic") { return context.response(response) }
    let states = Set(request.statesFilter.map { $0.lowercased() })
    for partition in image.offsetsTopic?.partitions ?? [] {
      guard let groups = partition.groups else { continue }
      let (found, code) = groups.shard.withLock { shard in
        (shard.list(states: states), shard.statusError ?? .none)
      }
      response.groups += found
      if code != .none { response.errorCode = code }
    }
    return context.response(response)
  }

  func handleDescribeGroups(_ frame: RawSpan, _ context: RequestContext) throws(FormatError)
    -> Outcome
  {
    let request = try context.decode(DescribeGroupsRequest.self, frame)
    var response = DescribeGroupsResponse()
    for groupId in request.groups {
      var described =
        groupPartition(of: groupId).map { place in
          place.groups.shard.withLock { $0.describe(groupId, version: context.head.version) }
        }
        ?? DescribeGroupsResponse.DescribedGroup(
          errorCode: .coordinatorNotAvailable, groupId: groupId)
      if request.includeAuthorizedOperations, described.errorCode == .none {
        described.authorizedOperations = Self.groupOperations
      }
      response.groups.append(described)
    }
    return context.response(response)
  }

  /// All that may be done with a group, as bits: read, delete, describe, describe configs, alter
  /// configs.
  private static let groupOperations: Int32 = 1 << 3 | 1 << 6 | 1 << 8 | 1 << 10 | 1 << 11

  func handleDeleteGroups(_ frame: RawSpan, _ context: RequestContext) throws(FormatError)
    -> Outcome
  {
    let request = try context.decode(DeleteGroupsRequest.self, frame)
    var response = DeleteGroupsResponse()
    var seen: Set<String> = []
    for groupId in request.groupsNames where seen.insert(groupId).inserted {
      response.results.append(
        DeleteGroupsResponse.DeletableGroupResult(
          groupId: groupId, errorCode: deleteGroup(groupId, context)))
    }
    return context.response(response)
  }

  private func deleteGroup(_ groupId: String, _ context: RequestContext) -> ErrorCode {
    guard let place = groupPartition(of: groupId) else { return .coordinatorNotAvailable }
    return withGroups(of: place, now: context.instant) { shard in
      do throws(ErrorCode) {
        let group = try shard.groupToDelete(groupId)
        if let error = appendError(group.tombstones, to: place.partition, context.instant) {
          return error
        }
        shard.remove(group, now: context.instant)
        return .none
      } catch { return error }
    }
  }
}
