import Foundation
import Testing

extension Interop {
  /// What README, docs and the sample reports say is what the program does.
  @Suite("documentation")
  struct DocumentationTests {
    private static func script(_ name: String) -> String {
      Tools.scripts.appending(path: name).path
    }

    @Test("every command of README.md and docs/ runs, and prints what stands below it")
    func commands() throws {
      var arguments = [Tools.python, Self.script("run_documented_commands.py"), Tools.weir]
      if Tools.hasKafka, let libraries = Tools.kafkaLibraries { arguments.append(libraries.path) }
      let run = try ChildProcess(arguments).finish(within: 1200)
      #expect(run.code == 0, "\(run.all)")
      let counts = run.lines.filter { $0.contains(" commands, ") }
      #expect(counts.contains { $0.hasPrefix("README.md: ") && !$0.hasPrefix("README.md: 0 ") })
    }

    @Test(
      "SciPy derives each figure of an answer again from its run.json",
      .enabled(if: Tools.pythonHas("scipy"), "no scipy; scripts/setup --tests installs it"))
    func answers() throws {
      let folder = try temporaryFolder("answers")
      defer { try? FileManager.default.removeItem(at: folder) }
      let bench = try ChildProcess(
        [Tools.weir, "bench", "--batch-size", "1KiB,64KiB", "--duration", "600ms"]
          + ["--warmup", "0s", "--repetitions", "5", "--output", folder.path]
      ).finish(within: 300)
      try #require(bench.code == 0, "\(bench.all)")
      let report = try #require(
        FileManager.default.contentsOfDirectory(atPath: folder.path).first)
      let derived = try ChildProcess(
        [Tools.python, Self.script("derive_answers.py"), folder.appending(path: report).path]
      ).finish(within: 300)
      #expect(derived.code == 0, "\(derived.all)")
      let last = try #require(derived.lines.last { $0.contains(" figures of the answer") })
      #expect(!last.contains(" 0 of "), "\(last)")
    }
  }
}
