/// What a loop moved between its sockets and files, and by which system calls: counted where the
/// calls are made, so that a copy which did not happen is told from one that did.
public struct TrafficCounts: Sendable, Equatable {
  /// Bytes that went from a file to a socket within the kernel.
  public var sendfileBytes: Int64 = 0
  public var sendfileCalls: Int64 = 0
  /// Bytes given to sockets out of this process's memory.
  public var sentBytes: Int64 = 0
  public var sendCalls: Int64 = 0
  /// Of those, bytes that were read from files to be sent.
  public var copiedFileBytes: Int64 = 0
  public var fileReadCalls: Int64 = 0
  /// Bytes taken from sockets into this process's memory.
  public var receivedBytes: Int64 = 0
  public var receiveCalls: Int64 = 0
  /// How often the loop asked for events.
  public var waitCalls: Int64 = 0

  public init() {}

  /// System calls of all kinds here.
  public var calls: Int64 {
    sendfileCalls + sendCalls + fileReadCalls + receiveCalls + waitCalls
  }

  public static func + (a: Self, b: Self) -> Self { a.combined(with: b, +) }
  public static func - (a: Self, b: Self) -> Self { a.combined(with: b, -) }

  private func combined(with other: Self, _ operation: (Int64, Int64) -> Int64) -> Self {
    var result = Self()
    let paths: [WritableKeyPath<Self, Int64>] = [
      \.sendfileBytes, \.sendfileCalls, \.sentBytes, \.sendCalls, \.copiedFileBytes,
      \.fileReadCalls, \.receivedBytes, \.receiveCalls, \.waitCalls,
    ]
    for path in paths {
      result[keyPath: path] = operation(self[keyPath: path], other[keyPath: path])
    }
    return result
  }
}
