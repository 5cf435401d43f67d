import EventLoop
import LoadModel

/// Which of the planned events have happened, and what they did.
struct GroupEventLog {
  var done = 0
  /// The one whose consequences are being watched, and since when.
  var current: (kind: GroupEventKind, fromNanos: Int64)?
  /// By group.
  var results: [Int: [GroupEventResult]] = [:]
}

extension Measurement {
  /// Does what is due; the end of the window ends what was watched last.
  mutating func performGroupEvents(_ watched: Watched, nowNanos now: Int64) {
    guard !plan.groupEvents.isEmpty, let fleet = watched.consumers as? GroupFleet else { return }
    if now >= watched.window.untilNanos { return endGroupEvent(watched.window, nowNanos: now) }
    if groupEvents.done == 0, groupEvents.current == nil, now >= watched.window.fromNanos {
      for group in shared.groups { group.beginStretch(nowNanos: now, without: nil) }
      groupEvents.current = (.quiet, now)
    }
    guard groupEvents.done < plan.groupEvents.count else { return }
    let event = plan.groupEvents[groupEvents.done]
    guard now >= watched.window.fromNanos + event.atMs * 1_000_000 else { return }
    endGroupEvent(watched.window, nowNanos: now)
    groupEvents.done += 1
    groupEvents.current = (event.kind, now)
    do throws(RunError) { try fleet.perform(event, nowNanos: now) } catch {
      failure = failure ?? error.description
    }
  }

  /// Ends what is being watched: also where the load was over before anybody looked again.
  mutating func endGroupEvent(_ window: MeasureWindow, nowNanos time: Int64) {
    guard let current = groupEvents.current else { return }
    let now = min(time, window.untilNanos)
    groupEvents.current = nil
    for group in shared.groups {
      groupEvents.results[group.index, default: []].append(
        group.endStretch(current.kind, from: current.fromNanos, nowNanos: now, window: window))
    }
  }

  /// Writes what the groups did into the result, which has their verification already.
  func fillGroups(
    _ read: [ConsumerOutcome], into result: inout RepetitionResult, window: MeasureWindow
  ) {
    guard var groups = result.groups else { return }
    let measured = result.intervals.filter { $0.startS >= 0 }
    for index in groups.indices {
      let members = read.filter { $0.group == index }
      let tally = members.reduce(into: ConsumerTally()) { $0.merge($1.tally) }
      groups[index].consumed = result.flow(
        of: tally, window: window, mode: plan.workload.mode)
      groups[index].memberRecords = members.map(\.tally.records)
      let lags = measured.compactMap { $0.groupLagRecords }.compactMap { lags in
        index < lags.count ? lags[index] : nil
      }
      groups[index].peakLagRecords = lags.max()
      groups[index].lastLagRecords = index < usage.lagAtEnd.count ? usage.lagAtEnd[index] : nil
      groups[index].events = groupEvents.results[index]
    }
    result.groups = groups
  }
}
