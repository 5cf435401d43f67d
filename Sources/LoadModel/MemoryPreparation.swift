/// What it cost to write a scratch file of a run's working set again and again before the run, so
/// that the host of a virtual machine has given it the memory that the run needs.
public struct MemoryPreparation: Codable, Sendable, Equatable {
  /// One time of writing all bytes, in seconds for each 10^9 bytes.
  public struct Pass: Codable, Sendable, Equatable {
    public var cpuSPerGB: Double
    public var wallSPerGB: Double

    public init(cpuSPerGB: Double, wallSPerGB: Double) {
      self.cpuSPerGB = cpuSPerGB
      self.wallSPerGB = wallSPerGB
    }
  }

  /// A first pass so many times as dear as the last is reported.
  private static let coldRatio = 1.5

  /// The machine had memory that its host had not given it, or had taken back.
  public var wasCold: Bool { first.cpuSPerGB >= Self.coldRatio * last.cpuSPerGB }

  /// Of the scratch file.
  public var bytes: Int64
  public var passes: Int
  public var first: Pass
  public var last: Pass

  public init(bytes: Int64, passes: Int, first: Pass, last: Pass) {
    self.bytes = bytes
    self.passes = passes
    self.first = first
    self.last = last
  }
}
