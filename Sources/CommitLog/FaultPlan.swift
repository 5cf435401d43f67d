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
    /// How many more calls there are before the power is cut; nil where it never is.
    var callsLeft: Int?
    var isPowerOff = false
    var unsynced = UnsyncedDisk()
  }
  private let state = Mutex(State())

  public init() {}

  public func add(_ rule: Rule) { state.withLock { $0.rules.append(rule) } }
  public func clear() {
    state.withLock { state in
      state.rules = []
      state.single = nil
      state.callsLeft = nil
      state.isPowerOff = false
    }
  }
  /// Makes one call fail, of whatever kind and path: the one after `skipping` more.
  public func failCall(skipping: Int, code: Int32) {
    state.withLock { $0.single = (skipping, code) }
  }
  /// Cuts the power after so many more calls, of whatever kind and path: each one from then on
  /// fails and does nothing. `FaultInjectingFileSystem.cutPower` makes of the disk what is left
  /// then.
  public func cutPower(afterCalls count: Int) { state.withLock { $0.callsLeft = count } }
  public var isPowerOff: Bool { state.withLock { $0.isPowerOff } }

  /// How many calls were made so far, of those that `cutPower(afterCalls:)` counts.
  public var callCount: Int {
    state.withLock { state in state.counts.reduce(0) { $0 + ($1.key == .look ? 0 : $1.value) } }
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
      if operation != .look, let left = state.callsLeft {
        state.callsLeft = max(0, left - 1)
        state.isPowerOff = left == 0
      }
      if state.isPowerOff { return .fail(Self.ioError) }
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

  private static let ioError: Int32 = 5

  /// Notes a change of the disk.
  func changeUnsynced<Result>(_ body: (inout UnsyncedDisk) -> Result) -> Result {
    state.withLock { body(&$0.unsynced) }
  }

  /// Hands out what a power cut may lose, and begins anew.
  func takeUnsynced() -> UnsyncedDisk {
    state.withLock { state in
      defer { state.unsynced = UnsyncedDisk() }
      return state.unsynced
    }
  }

  /// The number of the file that `path` names; it stays the same through renames.
  func register(_ path: String) -> Int { changeUnsynced { $0.number(of: path) } }

  /// Where a file is now; nil once it is removed.
  func path(of file: Int) -> String? { state.withLock { $0.unsynced.path(of: file) } }

  /// Returns how much the first system call may take.
  func beforeWrite(
    _ number: Int, _ path: String, _ file: LogFile, count: Int, at position: Int64,
    part: (Int) -> Int32
  ) throws(FileError) -> Int {
    let effect = effect(.write, path)
    var allowed = count
    switch effect {
    case .fail(let code): throw FileError(.write, path, code: code)
    case .partial(let taken, _): allowed = min(taken, count)
    case .short, nil: break
    }
    changeUnsynced { $0.willWrite(number, file, count: allowed, at: position) }
    switch effect {
    case .partial(_, let code):
      let failure = allowed > 0 ? part(allowed) : 0
      throw FileError(.write, path, code: failure != 0 ? failure : code)
    case .short(let count): return max(1, count)
    default: return Int.max
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
