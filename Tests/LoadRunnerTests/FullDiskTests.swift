import Foundation
import LoadModel
import Testing

@testable import LoadRunner

/// A small file system of its own, as long as it lives; nil where one cannot be mounted.
private final class SmallDisk {
  let path: String
  private let folder: Folder

  init?(mebibytes: Int) throws {
    folder = try Folder()
    path = folder.path
    guard Self.run("mount", ["-t", "tmpfs", "-o", "size=\(mebibytes)m", "tmpfs", path]) else {
      print("skipped: a small file system can only be mounted by root")
      return nil
    }
  }

  deinit { _ = Self.run("umount", ["-l", path]) }

  private static func run(_ name: String, _ arguments: [String]) -> Bool {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [name] + arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  /// Takes all room that is left.
  static func fill(_ path: String) {
    _ = run("dd", ["if=/dev/zero", "of=\(path)/others", "bs=1M"])
  }
}

extension Running {
  @Suite("a disk that fills up while it is measured")
  struct FullDiskTests {
    private let load = [
      "duration": "40s", "rate": "2000", "record-size": "1000", "consumers": "0",
      "interval": "100ms", "retention-bytes": "unlimited",
    ]

    @Test("our own broker's load is ended before the disk is full, with what was measured")
    func reserve() throws {
      let folder = try Folder()
      guard let disk = try SmallDisk(mebibytes: 500) else { return }
      let path = disk.path
      afterLoad(in: path, seconds: 1, bytesPerS: 2e6) { SmallDisk.fill(path) }
      let outcome = try bench(
        load.merging(["data-dir": path + "/data", "broker": "process"]) { $1 }, in: folder)
      let error = try #require(outcome.error)
      #expect(error.description.contains("ended before the disk was full"), "\(error)")
      let result = try #require(outcome.result.cases.first?.repetitions.first)
      #expect(result.isPartial && result.plannedDurationS == 40)
      #expect(result.durationS < 30)
      let rate = try #require(result.produced?.recordsPerS(over: result.durationS))
      #expect(abs(rate - 2000) < 500, "\(rate) records/s of 2000")
      #expect(result.verification?.lost == 0)
    }

    @Test("a cluster whose disk is full: the cause is said, and the rate is that of before")
    func storageError() throws {
      let folder = try Folder()
      guard let disk = try SmallDisk(mebibytes: 200) else { return }
      let path = disk.path
      let broker = try clusterBroker(in: path + "/data")
      afterLoad(in: path, seconds: 1, bytesPerS: 2e6) { SmallDisk.fill(path) }
      let outcome = try bench(load.merging(["bootstrap": broker.bootstrap]) { $1 }, in: folder)
      let error = try #require(outcome.error)
      #expect(error.description.contains("cannot store anything"), "\(error)")
      #expect(error.description.contains("KAFKA_STORAGE_ERROR"), "\(error)")
      let result = try #require(outcome.result.cases.first?.repetitions.first)
      #expect(result.errors.contains { $0.name == "KAFKA_STORAGE_ERROR" }, "\(result.errors)")
      #expect(result.durationS < 30)
      let rate = try #require(result.produced?.recordsPerS(over: result.durationS))
      #expect(abs(rate - 2000) < 500, "\(rate) records/s of 2000")
      #expect(result.verification?.lost == 0)
    }
  }
}
