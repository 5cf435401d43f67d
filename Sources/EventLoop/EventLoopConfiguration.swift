import Transport

/// How a loop treats its sockets and its memory.
public struct EventLoopConfiguration: Sendable {
  /// How slices of files leave.
  public enum FilePath: String, Sendable, CaseIterable {
    /// `sendfile` where the file has a descriptor: the bytes never enter the process.
    case sendfile
    /// Read into memory and sent from there.
    case copy
  }

  public var filePath = FilePath.sendfile
  /// `socket.send.buffer.bytes`; nil leaves it to the kernel, which tunes it by itself.
  public var sendBufferBytes: Int?
  /// `socket.receive.buffer.bytes`; nil leaves it to the kernel, which tunes it by itself.
  public var receiveBufferBytes: Int?
  /// `socket.connection.setup.timeout.ms`
  public var connectTimeoutMs: Int64 = 10_000
  /// Length of a listener's queue; the kernel's own limit applies as well.
  public var acceptBacklog: Int32 = 1_024
  /// Memory for arriving bytes that is kept although nobody uses it.
  public var pooledBytesMax = 16 << 20
  /// What one connection may read before the others have their turn.
  public var readBudgetBytes = 2 << 20
  /// What one connection may write before the others have their turn.
  public var writeBudgetBytes = 8 << 20
  /// A loop that had nothing to do for so long gives memory back.
  public var trimAfterMs: Int64 = 2_000

  public init() {}
}
