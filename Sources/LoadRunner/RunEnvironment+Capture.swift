import FoundationEssentials
import Glibc
import LoadModel

extension RunEnvironment {
  /// What this machine tells of itself; what it does not tell stays nil.
  ///
  /// - Parameter dataDirectory: Where our broker keeps its log; nil where there is none of ours.
  public static func capture(dataDirectory: String?, gitRevision: String?) -> RunEnvironment {
    var found = RunEnvironment()
    found.hostName = trimmed("/proc/sys/kernel/hostname")
    found.kernel = trimmed("/proc/sys/kernel/osrelease").map { "Linux \($0)" }
    found.operatingSystem = value(of: "PRETTY_NAME", in: "/etc/os-release", separator: "=")
    found.cpuModel = value(of: "model name", in: "/proc/cpuinfo", separator: ":")
    found.cpuCount = ProcessInfo.processInfo.activeProcessorCount
    found.memoryBytes = value(of: "MemTotal", in: "/proc/meminfo", separator: ":")
      .flatMap { Int64($0.split(separator: " ")[0]) }.map { $0 * 1024 }
    found.cpuGovernor = trimmed("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
    found.loadAverage = trimmed("/proc/loadavg")?.split(separator: " ").first.flatMap { Double($0) }
    found.commandLine = CommandLine.arguments
    found.gitRevision = gitRevision
    #if DEBUG
      found.buildConfiguration = "debug"
    #else
      found.buildConfiguration = "release"
    #endif
    found.swiftVersion = compilerVersion
    if let dataDirectory {
      found.dataDirectory = dataDirectory
      found.fileSystem = fileSystem(of: dataDirectory)
      found.freeDiskBytes = freeBytes(in: dataDirectory)
    }
    return found
  }

  private static var compilerVersion: String {
    #if compiler(>=6.4)
      "6.4 or later"
    #elseif compiler(>=6.3)
      "6.3"
    #else
      "6.2"
    #endif
  }

  private static func trimmed(_ path: String) -> String? {
    guard let text = ProcessFacts.text(of: path) else { return nil }
    let line = text.prefix { $0 != "\n" }
    return line.isEmpty ? nil : String(line)
  }

  private static func value(of key: String, in path: String, separator: Character) -> String? {
    guard let text = ProcessFacts.text(of: path) else { return nil }
    for line in text.split(separator: "\n") where line.hasPrefix(key) {
      guard let at = line.firstIndex(of: separator) else { continue }
      let value = line[line.index(after: at)...].drop { $0 == " " || $0 == "\"" }
      return String(value.prefix { $0 != "\"" })
    }
    return nil
  }

  /// The type of the mount that holds `path`: the longest mount point that is its prefix.
  static func fileSystem(of path: String) -> String? {
    guard let mounts = ProcessFacts.text(of: "/proc/self/mounts") else { return nil }
    var best: (length: Int, type: String)?
    for line in mounts.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count > 2 else { continue }
      let point = String(fields[1])
      let isParent = point == "/" || path == point || path.hasPrefix(point + "/")
      if isParent, point.count >= best?.length ?? 0 { best = (point.count, String(fields[2])) }
    }
    return best?.type
  }

  static func freeBytes(in path: String) -> Int64? {
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: path)
    return (attributes?[.systemFreeSize] as? NSNumberLike)?.asInt64
  }
}

/// A number as the file manager gives it, whatever its width.
private protocol NSNumberLike { var asInt64: Int64 { get } }
extension Int: NSNumberLike { fileprivate var asInt64: Int64 { Int64(self) } }
extension Int64: NSNumberLike { fileprivate var asInt64: Int64 { self } }
extension UInt64: NSNumberLike { fileprivate var asInt64: Int64 { Int64(clamping: self) } }
