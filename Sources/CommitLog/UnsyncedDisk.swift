/// What a power cut may take from a disk: every change of contents, of sizes and of names since the
/// last sync that covers it. For tests.
///
/// A file is durable as it was at its last sync, a name as it was at the last sync of its
/// directory. Of all that changed since then, any part may be on the disk:
/// - of each page of 4 KiB the old bytes, the new ones, or a mixture;
/// - any size that the file had since then, whichever pages are there;
/// - any of the names that were made, renamed or removed. A rename stays whole, as journals keep
/// it.
///
/// Files are known by a number that stays the same through renames, and after their removal for as
/// long as the removal may be lost.
struct UnsyncedDisk: Sendable {
  static let pageSize: Int64 = 4096

  enum Resize: Sendable {
    case grown(to: Int64)
    case cut(to: Int64)

    var size: Int64 {
      switch self {
      case .grown(let size), .cut(let size): size
      }
    }
  }

  /// A file with contents that were not synced.
  struct File: Sendable {
    var durableSize: Int64
    /// Its sizes since then, in order.
    var resizes: [Resize] = []
    /// Of each page that was written or cut, the durable bytes; fewer than a page at the end of the
    /// durable file.
    var before: [Int64: [UInt8]] = [:]

    var size: Int64 { resizes.last?.size ?? durableSize }
  }

  enum Change: Sendable {
    case linked(String, Int)
    case unlinked(String, Int)
    case renamed(to: String, Int)
  }

  /// The names in a directory, as far as they were used.
  struct Directory: Sendable {
    var names: [String: Int] = [:]
    /// Of each name that changed since the directory was synced, the durable file; nil for none.
    var before: [String: Int?] = [:]
    var changes: [Change] = []

    mutating func keep(_ name: String) {
      if before[name] == nil { before[name] = .some(names[name]) }
    }
  }

  static let root = 0
  var files: [Int: File] = [:]
  var directories: [Int: Directory] = [root: Directory()]
  /// Files whose removal is not durable, with the bytes that they had.
  var removed: [Int: [UInt8]] = [:]
  /// Where each file is, for the paths that rules name.
  private var places: [Int: (parent: Int, name: String)] = [:]
  private var nextNumber = 1

  // MARK: Names

  static func split(_ path: String) -> (parent: Substring, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return ("", path) }
    return (path[..<slash], String(path[path.index(after: slash)...]))
  }

  /// The number of the file or directory that `path` names. One that was never used is durable as
  /// it stands.
  mutating func number(of path: some StringProtocol) -> Int {
    var number = Self.root
    for part in path.split(separator: "/") {
      let name = String(part)
      if let next = directories[number]?.names[name] {
        number = next
        continue
      }
      let next = nextNumber
      nextNumber += 1
      directories[number, default: Directory()].names[name] = next
      places[next] = (number, name)
      number = next
    }
    return number
  }

  /// Where a file is now; nil once it is removed.
  func path(of number: Int) -> String? {
    var parts: [String] = []
    var number = number
    while number != Self.root {
      guard let place = places[number] else { return nil }
      parts.append(place.name)
      number = place.parent
    }
    return "/" + parts.reversed().joined(separator: "/")
  }

  /// A file or a directory was made that was not there.
  mutating func linked(_ path: String, isDirectory: Bool) {
    let (parent, name) = Self.split(path)
    let directory = number(of: parent)
    directories[directory, default: Directory()].keep(name)
    directories[directory]?.names[name] = nil
    let new = number(of: path)
    if isDirectory {
      directories[new] = Directory()
    } else {
      files[new] = File(durableSize: 0)
    }
    directories[directory]?.changes.append(.linked(name, new))
  }

  /// - Parameter contents: The bytes of a file; nil for a directory, which was emptied before.
  mutating func unlinked(_ path: String, contents: [UInt8]?) {
    let old = number(of: path)
    let (parent, name) = Self.split(path)
    let directory = number(of: parent)
    directories[directory]?.keep(name)
    directories[directory]?.names[name] = nil
    directories[directory]?.changes.append(.unlinked(name, old))
    places[old] = nil
    if let contents {
      removed[old] = contents
    } else if directories[old] == nil {
      directories[old] = Directory()
    }
  }

  /// - Parameter replaced: The bytes of the file that stood at `target`; nil if there was none.
  mutating func renamed(_ path: String, to target: String, replaced: [UInt8]?) {
    let moved = number(of: path)
    let (parent, from) = Self.split(path)
    let (targetParent, to) = Self.split(target)
    precondition(parent == targetParent, "the model knows renames within a directory only")
    let directory = number(of: parent)
    directories[directory]?.keep(from)
    directories[directory]?.keep(to)
    if let old = directories[directory]?.names[to] {
      places[old] = nil
      if let replaced { removed[old] = replaced }
    }
    directories[directory]?.names[from] = nil
    directories[directory]?.names[to] = moved
    directories[directory]?.changes.append(.renamed(to: to, moved))
    places[moved] = (directory, to)
  }

  mutating func syncedNames(in path: String) {
    let number = number(of: path)
    guard let directory = directories[number] else { return }
    directories[number]?.before = [:]
    directories[number]?.changes = []
    for case .some(let old) in directory.before.values where places[old] == nil { forget(old) }
    for change in directory.changes {
      if case .linked(_, let new) = change, places[new] == nil { forget(new) }
    }
  }

  /// What is removed for good.
  private mutating func forget(_ number: Int) {
    removed[number] = nil
    files[number] = nil
    guard let directory = directories.removeValue(forKey: number) else { return }
    for case .some(let old) in directory.before.values { forget(old) }
  }

  mutating func syncedAll() {
    files = files.filter { places[$0.key] == nil }
    for number in directories.keys.sorted() {
      if let path = path(of: number) { syncedNames(in: path) }
    }
  }

  // MARK: Contents

  /// `count` bytes are about to be written.
  mutating func willWrite(_ number: Int, _ file: LogFile, count: Int, at position: Int64) {
    guard removed[number] == nil, count > 0 else { return }
    begin(number, file)
    let end = position + Int64(count)
    keepPages(position / Self.pageSize...(end - 1) / Self.pageSize, of: number, file)
    guard let size = files[number]?.size, end > size else { return }
    if case .grown? = files[number]?.resizes.last { files[number]?.resizes.removeLast() }
    files[number]?.resizes.append(.grown(to: end))
  }

  /// The file is about to get this size.
  mutating func willTruncate(_ number: Int, _ file: LogFile, to size: Int64) {
    guard removed[number] == nil else { return }
    let before = files[number]?.size ?? file.sizeOnDisk
    guard size != before else { return }
    begin(number, file)
    if size > before {
      files[number]?.resizes.append(.grown(to: size))
    } else {
      keepPages(size / Self.pageSize...(before - 1) / Self.pageSize, of: number, file)
      files[number]?.resizes.append(.cut(to: size))
    }
  }

  mutating func synced(_ number: Int) { files[number] = nil }

  private mutating func begin(_ number: Int, _ file: LogFile) {
    if files[number] == nil { files[number] = File(durableSize: file.sizeOnDisk) }
  }

  private mutating func keepPages(_ pages: ClosedRange<Int64>, of number: Int, _ file: LogFile) {
    for page in pages where files[number]?.before[page] == nil {
      files[number]?.before[page] = file.bytesOnDisk(
        at: page * Self.pageSize, count: Int(Self.pageSize))
    }
  }
}
