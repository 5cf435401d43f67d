/// The real file system, with faults by plan and a model of what a crash of the machine loses.
public struct FaultInjectingFileSystem: FileSystem {
  public let plan: FaultPlan
  let real = PosixFileSystem()

  public init(plan: FaultPlan) { self.plan = plan }

  public func open(_ path: String, _ mode: FileOpenMode) throws(FileError) -> LogFile {
    try plan.before(.open, path)
    let isThere = try real.size(of: path) != nil
    if mode == .createEmpty { plan.removed(path) }
    let file = try real.open(path, mode, faults: plan)
    if !isThere { plan.made(path) }
    return file
  }
  public func rename(_ path: String, to target: String) throws(FileError) {
    try plan.before(.rename, path)
    try real.rename(path, to: target)
    plan.renamed(path, to: target)
  }
  public func remove(_ path: String) throws(FileError) {
    try plan.before(.remove, path)
    try real.remove(path)
    plan.removed(path)
  }
  public func createDirectory(_ path: String) throws(FileError) {
    try plan.before(.createDirectory, path)
    var new: [String] = []
    var place = path
    while !real.isDirectory(place), place.contains("/") {
      new.append(place)
      place = FaultPlan.parent(of: place)
    }
    try real.createDirectory(path)
    for name in new { plan.made(name) }
  }
  public func removeTree(_ path: String) throws(FileError) {
    try plan.before(.remove, path)
    try real.removeTree(path)
    plan.removedTree(path)
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
    try real.syncDirectory(path)
    plan.syncedNames(in: path)
  }

  public func syncAll(_ path: String) throws(FileError) {
    try plan.before(.sync, path)
    plan.syncedAll()
  }

  public func space(of path: String) throws(FileError) -> (totalBytes: Int64, usableBytes: Int64) {
    try real.space(of: path)
  }

  /// What a power cut does: of every file, all that was synced stays, and of the rest as much as
  /// `keep` says (at most `written`). Files must have been closed.
  ///
  /// - Parameters:
  ///   - garbage: Bytes that the disk left behind what was kept, as torn pages do.
  ///   - losesNames: Files and directories whose names were not synced are gone.
  public func crash(
    keep: (_ path: String, _ durable: Int64, _ written: Int64) -> Int64,
    garbage: (_ path: String) -> [UInt8] = { _ in [] }, losesNames: Bool = false
  ) throws(FileError) {
    plan.clear()
    if losesNames {
      for name in plan.takeNewNames() { try real.removeTree(name) }
    }
    for (path, durable, written) in plan.unsynced() {
      guard let size = try real.size(of: path) else { continue }
      let kept = min(size, max(durable, keep(path, durable, written)))
      let file = try real.open(path, .readWrite)
      try file.truncate(to: kept)
      let tail = garbage(path)
      if !tail.isEmpty { try file.write(tail.rawSpan, at: kept) }
      plan.removed(path)
    }
  }
}
