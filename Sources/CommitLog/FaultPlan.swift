import KafkaFormat
import Synchronization

/// Which calls of the seam fail, and what a crash leaves behind. For tests.
///
/// A rule waits until it has seen `skipping` matching calls, then strikes `times` of them.
public final class FaultPlan: Sendable {
  public struct Rule: Sendable {
    public var operation: FileOperation
    /// A part of the path, such as ".log"; empty matches every path.
    public var pathContains: String
    public var skipping: Int
    public var times: Int
    public var effect: Effect

    public init(
      _ operation: FileOperation, pathContains: String = "", skipping: Int = 0,
      times: Int = .max, _ effect: Effect
    ) {
      self.operation = operation
      self.pathContains = pathContains
      self.skipping = skipping
      self.times = times
      self.effect = effect
    }
  }

  public enum Effect: Sendable, Equatable {
    /// The call fails with this errno and does nothing.
    case fail(Int32)
    /// A write takes this many bytes, then fails with this errno.
    case partial(count: Int, then: Int32)
    /// A write's first system call takes only this many bytes; the rest is taken afterwards.
    case short(count: Int)
  }

  private struct State {
    var rules: [Rule] = []
    var struck = 0
    /// Calls so far, by operation.
    var counts: [FileOperation: Int] = [:]
    /// The call of any kind that fails, counted down, and how.
    var single: (left: Int, code: Int32)?
    /// Names that a crash takes away: their directory was not synced since they were made.
    var newNames: Set<String> = []
    /// Which file a path names at present.
    var files: [String: Int] = [:]
    var nextFile = 0
    /// Bytes that are durable, of each file that was written.
    var durable: [Int: Int64] = [:]
    var written: [Int: Int64] = [:]

    func path(of file: Int) -> String? { files.first { $0.value == file }?.key }
  }
  private let state = Mutex(State())

  public init() {}

  public func add(_ rule: Rule) { state.withLock { $0.rules.append(rule) } }
  public func clear() {
    state.withLock { state in
      state.rules = []
      state.single = nil
    }
  }
  /// Makes one call fail, of whatever kind and path: the one after `skipping` more.
  public func failCall(skipping: Int, code: Int32) {
    state.withLock { $0.single = (skipping, code) }
  }
  /// How many calls of a kind were made so far.
  public func count(of operation: FileOperation) -> Int {
    state.withLock { $0.counts[operation] ?? 0 }
  }
  /// How many calls were made to fail or fall short so far.
  public var struck: Int { state.withLock { $0.struck } }

  private func effect(_ operation: FileOperation, _ path: String) -> Effect? {
    state.withLock { state in
      state.counts[operation, default: 0] += 1
      if let single = state.single, operation != .look {
        state.single = single.left > 0 ? (single.left - 1, single.code) : nil
        if single.left == 0 {
          state.struck += 1
          return .fail(single.code)
        }
      }
      for index in state.rules.indices {
        let rule = state.rules[index]
        guard rule.operation == operation, rule.times > 0 else { continue }
        guard rule.pathContains.isEmpty || contains(path, rule.pathContains) else { continue }
        if rule.skipping > 0 {
          state.rules[index].skipping -= 1
          continue
        }
        if rule.times != .max { state.rules[index].times -= 1 }
        state.struck += 1
        return rule.effect
      }
      return nil
    }
  }

  func before(_ operation: FileOperation, _ path: String) throws(FileError) {
    if case .fail(let code)? = effect(operation, path) {
      throw FileError(operation, path, code: code)
    }
  }

  /// The number of the file that `path` names; it stays the same through renames.
  func register(_ path: String) -> Int {
    state.withLock { state in
      if let file = state.files[path] { return file }
      state.nextFile += 1
      state.files[path] = state.nextFile
      return state.nextFile
    }
  }

  /// Where a file is now; nil once it is removed.
  func path(of file: Int) -> String? { state.withLock { $0.path(of: file) } }

  /// Returns how much the first system call may take.
  func beforeWrite(
    _ file: Int, _ path: String, count: Int, at position: Int64, part: (Int) -> Int32
  ) throws(FileError) -> Int {
    let effect = effect(.write, path)
    var allowed = count
    switch effect {
    case .fail(let code): throw FileError(.write, path, code: code)
    case .partial(let taken, _): allowed = min(taken, count)
    case .short, nil: break
    }
    state.withLock { state in
      if state.durable[file] == nil { state.durable[file] = position }
      state.written[file] = max(state.written[file] ?? 0, position + Int64(allowed))
    }
    switch effect {
    case .partial(_, let code):
      let failure = allowed > 0 ? part(allowed) : 0
      throw FileError(.write, path, code: failure != 0 ? failure : code)
    case .short(let count): return max(1, count)
    default: return Int.max
    }
  }

  func truncated(_ file: Int, to size: Int64) {
    state.withLock { state in
      if let durable = state.durable[file] { state.durable[file] = min(durable, size) }
      if let written = state.written[file] { state.written[file] = min(written, size) }
    }
  }

  func synced(_ file: Int) {
    state.withLock { state in
      if let written = state.written[file] { state.durable[file] = written }
    }
  }

  func syncedAll() {
    state.withLock { state in
      for (file, written) in state.written { state.durable[file] = written }
      state.newNames = []
    }
  }

  // MARK: Names

  func made(_ path: String) { state.withLock { _ = $0.newNames.insert(path) } }

  func syncedNames(in directory: String) {
    state.withLock { state in
      state.newNames = state.newNames.filter { Self.parent(of: $0) != directory }
    }
  }

  func removedTree(_ path: String) {
    state.withLock { state in
      state.newNames = state.newNames.filter { $0 != path && !$0.hasPrefix(path + "/") }
    }
  }

  /// The names that a crash takes away; none of them twice.
  func takeNewNames() -> [String] {
    state.withLock { state in
      defer { state.newNames = [] }
      return state.newNames.sorted()
    }
  }

  static func parent(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }

  func renamed(_ path: String, to target: String) {
    state.withLock { state in
      if state.newNames.remove(path) != nil { state.newNames.insert(target) }
      if let replaced = state.files[target] { state.written[replaced] = nil }
      state.files[target] = state.files.removeValue(forKey: path)
    }
  }

  func removed(_ path: String) {
    state.withLock { state in
      state.newNames.remove(path)
      guard let file = state.files.removeValue(forKey: path) else { return }
      state.written[file] = nil
      state.durable[file] = nil
    }
  }

  /// Each file with bytes that were not synced: what is durable, and what was written.
  func unsynced() -> [(path: String, durable: Int64, written: Int64)] {
    state.withLock { state in
      state.written.compactMap { file, written in
        let durable = state.durable[file] ?? 0
        guard durable < written, let path = state.path(of: file) else { return nil }
        return (path, durable, written)
      }.sorted { $0.path < $1.path }
    }
  }

  private func contains(_ text: String, _ part: String) -> Bool {
    let whole = Array(text.utf8)
    let wanted = Array(part.utf8)
    guard wanted.count <= whole.count else { return false }
    return (0...(whole.count - wanted.count)).contains { start in
      whole[start..<start + wanted.count].elementsEqual(wanted)
    }
  }
}
