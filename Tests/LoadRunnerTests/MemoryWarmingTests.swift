import Foundation
import LoadModel
import Testing

@testable import LoadRunner

extension Running {
  @Suite("memory before the clock")
  struct MemoryWarmingTests {
    /// Passes of these costs, a second each.
    private func prepared(_ costs: [Double?], secondsEach: Double = 1) -> MemoryPreparation? {
      var (made, time) = (0, 0.0)
      func pass() -> MemoryPreparation.Pass? {
        defer { made += 1 }
        time += secondsEach
        guard made < costs.count, let cost = costs[made] else { return nil }
        return MemoryPreparation.Pass(cpuSPerGB: cost, wallSPerGB: cost * 1.1)
      }
      return MemoryWarming.prepare(bytes: 1 << 30, now: { time }, pass: pass)
    }

    @Test("cold memory takes passes until one is at most 1.2 times as fast as the one before")
    func cold() throws {
      let made = try #require(prepared([2.8, 1.2, 0.4, 0.35, 0.1]))
      #expect(made.passes == 4)
      #expect(made.first.cpuSPerGB == 2.8 && made.last.cpuSPerGB == 0.35)
      #expect(made.first.wallSPerGB == 2.8 * 1.1)
      #expect(made.wasCold)
    }

    @Test("warm memory takes two passes, also where the second is dearer")
    func warm() throws {
      #expect(try #require(prepared([0.4, 0.38, 0.1])).passes == 2)
      let dearer = try #require(prepared([0.4, 0.9, 0.1]))
      #expect(dearer.passes == 2 && !dearer.wasCold)
    }

    @Test("it ends after eight passes, after 15 s, and where a pass cannot be made whole")
    func ends() throws {
      let halving = (0..<20).map { Optional(pow(0.5, Double($0))) }
      #expect(prepared(halving)?.passes == 8)
      #expect(prepared(halving, secondsEach: 6)?.passes == 3)
      #expect(prepared([2, 1, nil])?.passes == 2)
      #expect(prepared([nil]) == nil)
    }

    @Test("it takes no more than 4 GiB, a quarter of the memory and half of the free disk")
    func bounds() {
      func bytes(_ set: Int64, disk: Int64 = 1 << 40, memory: Int64 = 1 << 40) -> Int64? {
        MemoryWarming.bytes(workingSet: set, freeDiskBytes: disk, memoryBytes: memory)
      }
      #expect(bytes(1 << 30) == 1 << 30)
      #expect(bytes(1 << 40) == 4 << 30)
      #expect(bytes(1 << 40, memory: 8 << 30) == 2 << 30)
      #expect(bytes(1 << 40, disk: 2 << 30) == 1 << 30)
      #expect(bytes(1 << 20) == nil)
      #expect(bytes(1 << 40, disk: 1 << 20) == nil)
    }

    @Test("a real file is written and is gone, with what it cost")
    func file() throws {
      let folder = try Folder()
      let made = try #require(MemoryWarming.prepare(bytes: 64 << 20, directory: folder.path))
      #expect(folder.entries.isEmpty)
      #expect(made.bytes == 64 << 20 && made.passes >= 2)
      #expect(made.first.cpuSPerGB > 0 && made.last.wallSPerGB > 0)
      #expect(MemoryWarming.prepare(bytes: 1 << 20, directory: "/nowhere") == nil)
    }

    @Test("a run on our own disk prepares what it will need, one of a few records nothing")
    func ofARun() throws {
      let folder = try Folder()
      let large = try bench(
        [
          "records": "100000", "record-size": "1000", "retention-bytes": "128MiB",
          "segment-bytes": "16MiB",
        ], in: folder)
      #expect(large.error == nil)
      let memory = try #require(large.result.memory)
      #expect(memory.bytes > 100_000_000 && memory.bytes < 500_000_000)
      #expect(try bench(["records": "100"], in: folder).result.memory == nil)
    }
  }
}
