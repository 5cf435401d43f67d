/// The machine and the software: what a reader must know to judge a figure.
public struct RunEnvironment: Codable, Sendable, Equatable {
  public var hostName: String?
  public var operatingSystem: String?
  public var kernel: String?
  public var cpuModel: String?
  public var cpuCount: Int?
  public var memoryBytes: Int64?
  /// `performance`, `powersave`…; nil where the machine does not say.
  public var cpuGovernor: String?
  /// Where our broker keeps its log.
  public var dataDirectory: String?
  /// `ext4`, `xfs`, `tmpfs`…
  public var fileSystem: String?
  public var freeDiskBytes: Int64?
  public var swiftVersion: String?
  /// `release` or `debug`.
  public var buildConfiguration: String?
  public var gitRevision: String?
  /// How the program was called.
  public var commandLine: [String] = []
  /// Of the kernel that runs: the same in every container of a machine until it starts again.
  public var bootId: String?
  /// Load average of one minute, when the run began.
  public var loadAverage: Double?

  /// The mount's options: `rw,relatime,…`.
  public var mountOptions: String?
  /// `glibc 2.36`
  public var cLibrary: String?
  /// A hypervisor says that it is there.
  public var isVirtualMachine: Bool?
  /// Bytes that nobody used, and that caches would give up, when the run began.
  public var availableMemoryBytes: Int64?
  /// Share of all processors' time, 0 … 1, that a hypervisor gave to others during the run.
  public var stolenShare: Double?
  /// Share of all processors' time, 0 … 1, that other processes used during a suite's run.
  public var otherCpuShare: Double?

  public init() {}
}

/// Every setting of the run, and which of them were chosen.
public struct EffectiveConfiguration: Codable, Sendable, Equatable {
  public struct Entry: Codable, Sendable, Equatable {
    /// The flag's name, which is the scenario file's key.
    public var name: String
    /// As text, each of which is read again by the same name.
    public var values: [String]
    public var isDefault: Bool

    public init(name: String, values: [String], isDefault: Bool) {
      self.name = name
      self.values = values
      self.isDefault = isDefault
    }
  }

  /// In the schema's order.
  public var entries: [Entry]
  public var repetitions: Int
  public var seed: UInt64
  /// The scenario file, where there was one.
  public var file: String?

  public init(entries: [Entry], repetitions: Int, seed: UInt64, file: String? = nil) {
    self.entries = entries
    self.repetitions = repetitions
    self.seed = seed
    self.file = file
  }

  /// Puts what was found in the place of what was asked for.
  ///
  /// - Parameter found: By the flags' names; nil for what could not be found out.
  public mutating func describe(_ found: [String: String?]) {
    for index in entries.indices {
      guard let value = found[entries[index].name] else { continue }
      entries[index].values = value.map { [$0] } ?? []
      entries[index].isDefault = false
    }
  }

  /// The settings with several values: the questions that the run answers.
  public var sweptNames: [String] {
    entries.filter { $0.values.count > 1 }.map(\.name)
  }
}
