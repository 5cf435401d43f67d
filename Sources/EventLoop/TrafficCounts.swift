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
    for (_, path) in Self.fields {
      result[keyPath: path] = operation(self[keyPath: path], other[keyPath: path])
    }
    return result
  }

  // MARK: As a line between processes

  private static var fields: [(name: Substring, path: WritableKeyPath<Self, Int64>)] {
    [
      ("sendfileBytes", \.sendfileBytes), ("sendfileCalls", \.sendfileCalls),
      ("sentBytes", \.sentBytes), ("sendCalls", \.sendCalls),
      ("copiedFileBytes", \.copiedFileBytes), ("fileReadCalls", \.fileReadCalls),
      ("receivedBytes", \.receivedBytes), ("receiveCalls", \.receiveCalls),
      ("waitCalls", \.waitCalls),
    ]
  }

  /// `sendfileBytes=1 sendfileCalls=2 …`
  public var text: String {
    Self.fields.map { "\($0.name)=\(self[keyPath: $0.path])" }.joined(separator: " ")
  }

  /// - Returns: Nil where a word is no count. Names that are not known are left out, counts that
  ///   are not told are 0: the other end may be of another version.
  public init?(text: String) {
    for word in text.split(separator: " ") {
      let parts = word.split(separator: "=")
      guard parts.count == 2, let value = Int64(parts[1]) else { return nil }
      if let field = Self.fields.first(where: { $0.name == parts[0] }) {
        self[keyPath: field.path] = value
      }
    }
  }
}
