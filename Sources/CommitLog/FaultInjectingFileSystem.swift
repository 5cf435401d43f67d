/// The real file system, with faults by plan and a model of what a power cut loses. For tests.
///
/// Syncs are noted, and not asked of the real disk.
public struct FaultInjectingFileSystem: FileSystem {
  public let plan: FaultPlan
  let real = PosixFileSystem()

  public init(plan: FaultPlan) { self.plan = plan }

  public func open(_ path: String, _ mode: FileOpenMode) throws(FileError) -> LogFile {
    try plan.before(.open, path)
    let isThere = try real.size(of: path) != nil
    switch mode {
    case .createEmpty where isThere:
      let file = try real.open(path, .readWrite)
      plan.changeUnsynced { $0.willTruncate($0.number(of: path), file, to: 0) }
    case .create where !isThere, .createEmpty where !isThere:
      _ = try real.open(path, .create)
      plan.changeUnsynced { $0.linked(path, isDirectory: false) }
    default: break
    }
    return try real.open(path, mode, faults: plan)
  }
  public func rename(_ path: String, to target: String) throws(FileError) {
    try plan.before(.rename, path)
    let replaced = try real.isDirectory(target) ? nil : real.contents(of: target, limit: 1 << 30)
    try real.rename(path, to: target)
    plan.changeUnsynced { $0.renamed(path, to: target, replaced: replaced) }
  }
  public func remove(_ path: String) throws(FileError) {
    try plan.before(.remove, path)
    guard let contents = try real.contents(of: path, limit: 1 << 30) else { return }
    try real.remove(path)
    plan.changeUnsynced { $0.unlinked(path, contents: contents) }
  }
  public func createDirectory(_ path: String) throws(FileError) {
    try plan.before(.createDirectory, path)
    var new: [String] = []
    var place = path
    while !real.isDirectory(place), parent(of: place) != place {
      new.append(place)
      place = parent(of: place)
    }
    try real.createDirectory(path)
    plan.changeUnsynced { disk in
      for name in new.reversed() { disk.linked(name, isDirectory: true) }
    }
  }
  public func removeTree(_ path: String) throws(FileError) {
    guard real.isDirectory(path) else { return try remove(path) }
    for name in try real.list(path) { try removeTree(path + "/" + name) }
    try plan.before(.remove, path)
    try real.removeTree(path)
    plan.changeUnsynced { $0.unlinked(path, contents: nil) }
  }
  public func list(_ path: String) throws(FileError) -> [String] {
    try plan.before(.list, path)
    return try real.list(path)
  }
  public func size(of path: String) throws(FileError) -> Int64? {
    try plan.before(.size, path)
    return try real.size(of: path)
  }
  public func isDirectory(_ path: String) -> Bool { real.isDirectory(path) }
  public func syncDirectory(_ path: String) throws(FileError) {
    try plan.before(.open, path)
    try plan.before(.sync, path)
    _ = try real.open(path, .read)
    plan.changeUnsynced { $0.syncedNames(in: path) }
  }

  public func syncAll(_ path: String) throws(FileError) {
    try plan.before(.sync, path)
    plan.changeUnsynced { $0.syncedAll() }
  }

  public func space(of path: String) throws(FileError) -> (totalBytes: Int64, usableBytes: Int64) {
    try real.space(of: path)
  }
}
