import Foundation
import LoadModel
import Synchronization
import Transport

/// What a run made outside its own directory and has not removed yet, kept in that directory's
/// `left-behind.json`.
///
/// A name is written before the thing is made and crossed out after it was removed, so that the
/// file names everything that a killed run leaves. The file is gone once nothing is left.
///
/// - Isolation: any thread.
final class RunTraces: Sendable {
  private struct State {
    var left = LeftBehind()
    /// Where the file is; nil before the run has a directory.
    var directory: String?
  }

  private let state = Mutex(State())

  /// How long groups whose members crashed are waited for: their sessions must time out first.
  private static let groupPatienceSeconds = 15.0

  var left: LeftBehind { state.withLock { $0.left } }

  /// The run has its directory: the file is kept there.
  func keep(in directory: String) {
    change { $0.directory = BenchmarkRun.absolute(directory) }
  }

  func willMake(topic: String, at bootstrap: [NetworkAddress]) {
    change { state in
      state.left.bootstrap = bootstrap.map(\.description)
      if !state.left.topics.contains(topic) { state.left.topics.append(topic) }
    }
  }

  func willMake(group: String, at bootstrap: [NetworkAddress]) {
    change { state in
      state.left.bootstrap = bootstrap.map(\.description)
      if !state.left.groups.contains(group) { state.left.groups.append(group) }
    }
  }

  func willMake(dataDirectory path: String) {
    change { state in
      if !state.left.dataDirectories.contains(path) { state.left.dataDirectories.append(path) }
    }
  }

  func removed(topic: String) { change { $0.left.topics.removeAll { $0 == topic } } }
  func removed(group: String) { change { $0.left.groups.removeAll { $0 == group } } }

  func removed(dataDirectory path: String) {
    change { $0.left.dataDirectories.removeAll { $0 == path } }
  }

  private func change(_ body: (inout State) -> Void) {
    state.withLock { state in
      let before = state.left
      let place = state.directory
      body(&state)
      guard let directory = state.directory, state.left != before || place != directory else {
        return
      }
      let path = directory + "/" + LeftBehind.fileName
      guard !state.left.isEmpty else {
        unsafe unlink(path)
        return
      }
      // A disk without room ends the load by itself; the names are then still in `left`.
      if let data = try? JSONEncoder().encode(state.left) {
        try? data.write(to: URL(fileURLWithPath: path), options: .atomic)
      }
    }
  }

  /// Tries once more to remove what is left on a cluster that can be reached.
  func removeFromCluster() {
    guard !left.topics.isEmpty || !left.groups.isEmpty else { return }
    let bootstrap = left.bootstrap.compactMap { try? BenchTarget.address($0) }
    guard !bootstrap.isEmpty, Reachability.refusal(of: bootstrap) == nil,
      let admin = try? AdminSession(bootstrap: bootstrap, traces: self)
    else { return }
    admin.patienceSeconds = 10
    for topic in left.topics { try? admin.deleteTopic(topic) }
    let end = Date(timeIntervalSinceNow: Self.groupPatienceSeconds)
    while !left.groups.isEmpty {
      try? admin.deleteGroups(left.groups)
      if left.groups.isEmpty || Interrupt.requested || Date() > end { return }
      Thread.sleep(forTimeInterval: 0.5)
    }
  }
}
