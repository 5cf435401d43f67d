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
      let run = try ChildProcess(arguments).finish(within: 600)
      #expect(run.code == 0, "\(run.all)")
      let counts = run.lines.filter { $0.contains(" commands, ") }
      #expect(counts.contains { $0.hasPrefix("README.md: ") && !$0.hasPrefix("README.md: 0 ") })
    }

    @Test(
      "SciPy derives each figure of the samples' answers again from their run.json",
      .enabled(if: Tools.pythonHas("scipy"), "no scipy; scripts/setup --tests installs it"))
    func answers() throws {
      let samples = Tools.root.appending(path: "reports/samples")
      let names = try FileManager.default.contentsOfDirectory(atPath: samples.path).sorted()
      #expect(names.count >= 5, "\(names)")
      let run = try ChildProcess(
        [Tools.python, Self.script("derive_answers.py")]
          + names.map { samples.appending(path: $0).path }
      ).finish(within: 300)
      #expect(run.code == 0, "\(run.all)")
    }
  }
}
