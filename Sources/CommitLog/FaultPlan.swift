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
    /// Bytes that were durable at the last sync, by path, of files written since.
    var durable: [String: Int64] = [:]
    var written: [String: Int64] = [:]
  }
  private let state = Mutex(State())

  public init() {}

  public func add(_ rule: Rule) { state.withLock { $0.rules.append(rule) } }
  public func clear() { state.withLock { $0.rules = [] } }
  /// How many calls were made to fail or fall short so far.
  public var struck: Int { state.withLock { $0.struck } }

  private func effect(_ operation: FileOperation, _ path: String) -> Effect? {
    state.withLock { state in
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

  /// Returns how much the first system call may take.
  func beforeWrite(
    _ path: String, count: Int, at position: Int64, part: (Int) -> Int32
  ) throws(FileError) -> Int {
    let effect = effect(.write, path)
    var allowed = count
    switch effect {
    case .fail(let code): throw FileError(.write, path, code: code)
    case .partial(let taken, _): allowed = min(taken, count)
    case .short, nil: break
    }
    state.withLock { state in
      if state.durable[path] == nil { state.durable[path] = position }
      state.written[path] = max(state.written[path] ?? 0, position + Int64(allowed))
    }
    switch effect {
    case .partial(_, let code):
      let failure = allowed > 0 ? part(allowed) : 0
      throw FileError(.write, path, code: failure != 0 ? failure : code)
    case .short(let count): return max(1, count)
    default: return Int.max
    }
  }

  func truncated(_ path: String, to size: Int64) {
    state.withLock { state in
      if let durable = state.durable[path] { state.durable[path] = min(durable, size) }
      if let written = state.written[path] { state.written[path] = min(written, size) }
    }
  }

  func synced(_ path: String) {
    state.withLock { state in
      state.durable[path] = state.written[path] ?? Int64.max
    }
  }

  func renamed(_ path: String, to target: String) {
    state.withLock { state in
      state.durable[target] = state.durable.removeValue(forKey: path)
      state.written[target] = state.written.removeValue(forKey: path)
    }
  }

  func removed(_ path: String) {
    state.withLock { state in
      state.durable[path] = nil
      state.written[path] = nil
    }
  }

  /// Each file with bytes that were not synced: what is durable, and what was written.
  public func unsynced() -> [(path: String, durable: Int64, written: Int64)] {
    state.withLock { state in
      state.written.compactMap { path, written in
        let durable = state.durable[path] ?? 0
        return durable < written ? (path, durable, written) : nil
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
