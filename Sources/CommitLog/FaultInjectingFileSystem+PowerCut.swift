/// How much of what was not synced a power cut leaves on the disk.
public enum PowerCutSurvivors: Sendable {
  /// What was synced, and nothing else.
  case synced
  /// All of it: the write-back had just ended.
  case everything
  /// Some of it, by the random numbers that are given.
  case some
}

extension FaultInjectingFileSystem {
  /// What a power cut does: the directories and files become what a disk may hold after it. What
  /// was synced is there. Of the rest, `survivors` says what is: see `UnsyncedDisk`.
  ///
  /// All that is open must not be used afterwards. The same numbers give the same disk.
  public func cutPower(
    _ survivors: PowerCutSurvivors, using random: inout some RandomNumberGenerator
  ) throws(FileError) {
    let disk = plan.takeUnsynced()
    plan.clear()
    let share =
      switch survivors {
      case .synced: 0.0
      case .everything: 1.0
      case .some: [0.0, 0.2, 0.5, 0.8, 1.0].randomElement(using: &random) ?? 0.5
      }
    var cut = PowerCut(
      disk: disk, files: real, share: share, isMixed: survivors == .some,
      keepsOrder: Bool.random(using: &random), random: random)
    try cut.settle(directory: UnsyncedDisk.root, at: "")
    random = cut.random
  }

  /// The power cut that leaves what was synced, and nothing else.
  public func cutPower() throws(FileError) {
    var random = SystemRandomNumberGenerator()
    try cutPower(.synced, using: &random)
  }
}

/// Makes real directories and files what the disk holds.
private struct PowerCut<Random: RandomNumberGenerator> {
  let disk: UnsyncedDisk
  let files: PosixFileSystem
  /// The chance of each change to be on the disk.
  let share: Double
  /// Whether sizes and pages may be between the old and the new ones.
  let isMixed: Bool
  /// Changes of names reach the disk in their order, as a journal writes them.
  let keepsOrder: Bool
  var random: Random

  private mutating func survives() -> Bool {
    share == 1 || (share > 0 && Double.random(in: 0..<1, using: &random) < share)
  }

  // MARK: Names

  mutating func settle(directory number: Int, at path: String) throws(FileError) {
    guard let directory = disk.directories[number] else { return }
    let names = survivingNames(directory)
    func aside(_ number: Int) -> String { "\(path)/.power-cut-\(number)" }
    for (name, wanted) in names {
      guard let present = directory.names[name], present != wanted,
        files.exists(path + "/" + name)
      else { continue }
      try files.rename(path + "/" + name, to: aside(present))
    }
    for (name, wanted) in names {
      guard let wanted, directory.names[name] != wanted else { continue }
      if files.exists(aside(wanted)) {
        try files.rename(aside(wanted), to: path + "/" + name)
      } else if disk.directories[wanted] != nil {
        try files.createDirectory(path + "/" + name)
      } else {
        let file = try files.open(path + "/" + name, .createEmpty)
        let contents = disk.removed[wanted] ?? []
        try file.write(contents.rawSpan, at: 0)
      }
    }
    for (name, _) in names {
      guard let present = directory.names[name] else { continue }
      try files.removeTree(aside(present))
    }
    var present = directory.names
    for (name, wanted) in names { present[name] = wanted }
    for (name, child) in present.sorted(by: { $0.key < $1.key }) {
      if disk.directories[child] != nil {
        try settle(directory: child, at: path + "/" + name)
      } else if let file = disk.files[child] {
        try settle(file, at: path + "/" + name)
      }
    }
  }

  /// What each name that changed stands for, sorted by name.
  private mutating func survivingNames(_ directory: UnsyncedDisk.Directory)
    -> [(name: String, number: Int?)]
  {
    var names = directory.before
    var isOver = false
    for change in directory.changes {
      if isOver || !survives() {
        isOver = isOver || keepsOrder
        continue
      }
      switch change {
      case .linked(let name, let number): names[name] = .some(number)
      case .unlinked(let name, let number):
        if names[name] == .some(number) { names[name] = .some(nil) }
      case .renamed(let target, let number):
        for (name, found) in names where found == number { names[name] = .some(nil) }
        names[target] = .some(number)
      }
    }
    return names.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
  }

  // MARK: Contents

  private mutating func settle(_ file: UnsyncedDisk.File, at path: String) throws(FileError) {
    guard let new = try files.contents(of: path, limit: 1 << 30) else { return }
    let pageSize = Int(UnsyncedDisk.pageSize)
    let (size, leastSize) = survivingSize(file)
    var bytes = [UInt8](repeating: 0, count: size)
    func copy(_ source: some RandomAccessCollection<UInt8>, to place: Int, below end: Int) {
      for (index, byte) in source.enumerated() {
        guard place + index < min(end, size) else { return }
        bytes[place + index] = byte
      }
    }
    copy(new, to: 0, below: leastSize)
    for (page, old) in file.before.sorted(by: { $0.key < $1.key }) {
      let start = Int(page) * pageSize
      copy([UInt8](repeating: 0, count: pageSize), to: start, below: size)
      copy(old, to: start, below: leastSize)
      let written = new.dropFirst(start).prefix(pageSize)
      if isMixed, share > 0, Int.random(in: 0..<4, using: &random) == 0, !written.isEmpty {
        // Torn: the beginning, or the end, is on the disk.
        let middle = Int.random(in: 0...written.count, using: &random)
        if Bool.random(using: &random) {
          copy(written.prefix(middle), to: start, below: size)
        } else {
          copy(written.dropFirst(middle), to: start + middle, below: size)
        }
      } else if survives() {
        copy(written, to: start, below: size)
      }
    }
    let target = try files.open(path, .createEmpty)
    try target.write(bytes.rawSpan, at: 0)
  }

  /// One of the sizes that the file had, and the least of those up to then: durable bytes behind
  /// that were cut.
  private mutating func survivingSize(_ file: UnsyncedDisk.File) -> (size: Int, leastSize: Int) {
    var size = file.durableSize
    var least = size
    let count =
      isMixed
      ? Int.random(in: 0...file.resizes.count, using: &random)
      : share == 0 ? 0 : file.resizes.count
    for (index, resize) in file.resizes.prefix(count).enumerated() {
      let isLast = index == count - 1
      if case .grown(let end) = resize, isMixed, isLast, Bool.random(using: &random) {
        size = Int64.random(in: min(size, end)...end, using: &random)
      } else {
        size = resize.size
      }
      if case .cut(let end) = resize { least = min(least, end) }
    }
    return (Int(size), Int(least))
  }
}

extension PosixFileSystem {
  fileprivate func exists(_ path: String) -> Bool {
    isDirectory(path) || ((try? size(of: path)) ?? nil) != nil
  }
}
