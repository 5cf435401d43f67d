import Foundation
import Glibc
import LoadModel

extension RunEnvironment {
  /// What this machine tells of itself; what it does not tell stays nil.
  ///
  /// - Parameter dataDirectory: Where our broker keeps its log; nil where there is none of ours.
  public static func capture(dataDirectory: String?, gitRevision: String?) -> RunEnvironment {
    var found = RunEnvironment()
    found.hostName = trimmed("/proc/sys/kernel/hostname")
    found.bootId = trimmed("/proc/sys/kernel/random/boot_id")
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
    found.cLibrary = Self.cLibraryVersion
    found.availableMemoryBytes = value(of: "MemAvailable", in: "/proc/meminfo", separator: ":")
      .flatMap { Int64($0.split(separator: " ")[0]) }.map { $0 * 1024 }
    found.isVirtualMachine = value(of: "flags", in: "/proc/cpuinfo", separator: ":")
      .map { $0.split(separator: " ").contains("hypervisor") }
    if let dataDirectory {
      found.dataDirectory = dataDirectory
      let mount = mount(of: dataDirectory)
      found.fileSystem = mount?.type
      found.mountOptions = mount?.options
      found.freeDiskBytes = DiskRoom.freeBytes(at: dataDirectory)
    }
    return found
  }

  /// The revision of the checkout that a program of ours was built in; `…-dirty` where it was
  /// changed since.
  ///
  /// - Returns: nil where it lies in no such checkout: where somebody called it says nothing of it.
  public static func revision(ofBinary path: String) -> String? {
    guard let root = checkout(ofBinary: path) else { return nil }
    let git = Process()
    git.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    git.arguments = ["git", "-C", root, "describe", "--always", "--dirty", "--abbrev=12"]
    git.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("GIT_") }
    let output = Pipe()
    git.standardOutput = output
    git.standardError = FileHandle.nullDevice
    guard (try? git.run()) != nil else { return nil }
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    git.waitUntilExit()
    let revision = text.prefix { !$0.isWhitespace }
    return git.terminationStatus == 0 && !revision.isEmpty ? String(revision) : nil
  }

  /// The package that a program lies in the `.build` of, if it is Weir's.
  static func checkout(ofBinary path: String) -> String? {
    let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    guard let build = real.range(of: "/.build/") else { return nil }
    let root = String(real[..<build.lowerBound])
    guard let manifest = ProcessFacts.text(of: root + "/Package.swift") else { return nil }
    return manifest.contains("name: \"weir\"") ? root : nil
  }

  /// `glibc 2.36`
  private static var cLibraryVersion: String? {
    var text = [CChar](repeating: 0, count: 64)
    let size = unsafe confstr(Int32(_CS_GNU_LIBC_VERSION), &text, text.count)
    guard size > 1, size <= text.count else { return nil }
    return String(decoding: text.prefix(size - 1).map { UInt8(bitPattern: $0) }, as: UTF8.self)
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

  /// The mount that holds `path`: the longest mount point that is its prefix.
  static func mount(of path: String) -> (type: String, options: String)? {
    guard let mounts = ProcessFacts.text(of: "/proc/self/mounts") else { return nil }
    var best: (length: Int, type: String, options: String)?
    for line in mounts.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count > 3 else { continue }
      let point = String(fields[1])
      let isParent = point == "/" || path == point || path.hasPrefix(point + "/")
      if isParent, point.count >= best?.length ?? 0 {
        best = (point.count, String(fields[2]), String(fields[3]))
      }
    }
    return best.map { ($0.type, $0.options) }
  }
}
