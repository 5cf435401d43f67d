import Foundation
import Glibc
import Testing

extension Interop {
  /// What `weir check` may stand against, what it plans, and the files that belong to it.
  @Suite("weir check against this and that")
  struct CheckTargetsTests {
    private let folder: URL

    init() throws { folder = try temporaryFolder("targets") }

    private func path(_ name: String) -> String { folder.appending(path: name).path }
    private func remove() { try? FileManager.default.removeItem(at: folder) }

    private func check(_ line: String) throws -> ChildProcess.Output {
      let load =
        "--records 8000 --warmup 0s --record-size 512 --retention-bytes 64MiB"
        + " --segment-bytes 4MiB --seed 7 --output \(path("results"))"
      return try ChildProcess([Tools.weir, "check"] + words(load) + words(line))
        .finish(within: 900)
    }

    @Test("another file of the same build is no regression")
    func copy() throws {
      defer { remove() }
      try FileManager.default.copyItem(atPath: Tools.weir, toPath: path("weir"))
      let output = try check("--against \(path("weir")) --repetitions 5 --tolerance 95%")
      #expect(output.code == 0 || output.code == 3, "\(output.all)")
      #expect(output.standardOutput.contains("the broker of \(path("weir")) (weir "))
      // Both sides tell what their loops counted.
      #expect(output.standardOutput.contains("Broker socket bytes/record"))
      #expect(output.standardOutput.contains("Broker system calls/M records"))
    }

    @Test("two brokers that somebody else runs are compared, companions where they are named")
    func clusters() throws {
      defer { remove() }
      let brokers = try [BrokerUnderTest(), BrokerUnderTest()]
      let line =
        "--bootstrap \(brokers[0].bootstrap) --against-bootstrap \(brokers[1].bootstrap)"
        + " --repetitions 5 --tolerance 95%"
      let blind = try check(line)
      #expect(blind.code == 0 || blind.code == 3, "\(blind.all)")
      #expect(blind.standardOutput.contains("Companions are missing: of the reference's"))
      #expect(blind.standardOutput.contains("Companions are missing: of the candidate's"))
      guard Tools.otherBroker == nil else { return }
      let named = try check(
        "\(line) --broker-pid \(brokers[0].processIdentifier)"
          + " --against-broker-pid \(brokers[1].processIdentifier)")
      #expect(named.code == 0 || named.code == 3, "\(named.all)")
      #expect(!named.standardOutput.contains("Companions are missing"))
      #expect(named.standardOutput.contains("Broker CPU in all, s/M records"))
      #expect(named.standardOutput.contains("Broker peak memory, MiB"))
    }

    private func weir(_ line: String) throws -> ChildProcess.Output {
      try ChildProcess([Tools.weir] + words(line)).finish()
    }

    @Test("files of an earlier check do not stay, and a verdict that cannot be kept is told")
    func files() throws {
      defer { remove() }
      let (junit, summary) = (path("j.xml"), path("s.md"))
      func old() throws {
        for file in [junit, summary] {
          try "REGRESSION".write(toFile: file, atomically: true, encoding: .utf8)
        }
      }
      try old()
      let files = "--junit \(junit) --summary=\(summary)"
      let unclear = try weir("check \(files) --against")
      #expect(unclear.code == 2, "\(unclear.all)")
      for file in [junit, summary] { #expect(!FileManager.default.fileExists(atPath: file)) }
      try old()
      let refused = try weir(
        "check --against self --records 1000G --retention-bytes 1024TiB \(files)"
          + " --output \(path("results"))")
      #expect(refused.code == 2, "\(refused.all)")
      for file in [junit, summary] {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.contains("the run needs at least") && !text.contains("REGRESSION"))
      }
      // Where the results belong, there is a file once all is measured.
      try old()
      let child = try ChildProcess(
        [Tools.weir, "check"]
          + words(
            "--against self --records 8000 --warmup 0s --retention-bytes 64MiB --repetitions 10"
              + " --tolerance 95% --output \(path("results")) --data-dir \(path("data"))"
              + " --junit \(junit) --summary \(summary)"))
      child.wait { child.standardError.contains("[3/30]") }
      #expect(!FileManager.default.fileExists(atPath: junit))
      // It keeps what it has after every round, and would make the directory again.
      try child.whileStopped {
        try FileManager.default.removeItem(atPath: path("results"))
        try "".write(toFile: path("results"), atomically: true, encoding: .utf8)
      }
      let output = try child.finish(within: 900)
      #expect(output.code == 1, "\(output.all)")
      let verdict = try #require(output.standardOutput.firstMatch(of: #/\n(PASS|INCONCLUSIVE): /#))
      #expect(output.standardError.contains("weir: \(path("results"))"), "\(output.all)")
      let markdown = try String(contentsOfFile: summary, encoding: .utf8)
      #expect(markdown.hasPrefix("## weir check: \(verdict.1)"))
    }

    @Test("a plan is told and nothing is run; what is not understood is in the files, too")
    func plan() throws {
      defer { remove() }
      let output = try check("--against self --repetitions 12 --tolerance 7% --dry-run")
      #expect(output.code == 0, "\(output.all)")
      #expect(output.standardOutput.contains("12 rounds in 3 lanes, about "))
      #expect(output.standardOutput.contains("tolerance: 7 %"))
      #expect(output.standardOutput.contains("disk:      up to "))
      #expect(!output.standardOutput.contains("note:"))
      // Eight cases take more rounds than one, and what cannot fit is refused.
      let sweep = "--against self --acks 0,1 --batch-size 1KiB,2KiB,4KiB,8KiB --dry-run"
      let eight = try weir("check quick \(sweep) --compression none")
      #expect(eight.standardOutput.contains("13 rounds of 8 cases in 3 lanes"), "\(eight.all)")
      let few = try check("\(sweep) --repetitions 12")
      #expect(few.code == 0 && few.standardOutput.contains("note:      too few rounds: 12 cannot"))
      #expect(few.standardOutput.contains("; 13 can; without them there may be no PASS"))
      let great = try weir(
        "check --against self --dry-run --records 1000G --retention-bytes 1024TiB")
      #expect(great.code == 2, "\(great.all)")
      #expect(great.standardError.contains("the run needs at least"), "\(great.all)")
      #expect(!FileManager.default.fileExists(atPath: path("results")))
      for line in [
        "--against \(path("absent"))", "--baseline \(folder.path)",
        "--against self --against-broker-pid 1",
      ] {
        let refused = try check("\(line) --junit \(path("j.xml")) --summary \(path("s.md"))")
        #expect(refused.code == 2, "\(refused.all)")
        let junit = try String(contentsOfFile: path("j.xml"), encoding: .utf8)
        #expect(junit.contains("<error message=\"--"))
        let summary = try String(contentsOfFile: path("s.md"), encoding: .utf8)
        #expect(summary.hasPrefix("## weir check: could not measure\n\n--"))
        try FileManager.default.removeItem(atPath: path("j.xml"))
      }
      let directory = try check("--baseline \(folder.path)")
      #expect(directory.standardError.contains("it is a directory"), "\(directory.all)")
    }

    @Test("the example for CI calls weir check as it is understood")
    func example() throws {
      defer { remove() }
      let file = Tools.root.appending(path: "Benchmarks/ci/github-actions.yml")
      let text = try String(contentsOf: file, encoding: .utf8)
      let call = try #require(text.firstMatch(of: /weir check( [\s\S]*?) \|\| code=/))
      let line = String(call.1).replacing("\\\n", with: " ")
        .replacing(".build/base/.build/release/weir", with: Tools.weir)
        .replacing("weir-check/", with: path("weir-check") + "/")
      try FileManager.default.createDirectory(
        atPath: path("weir-check"), withIntermediateDirectories: true)
      let output = try ChildProcess([Tools.weir, "check", "--dry-run"] + words(line))
        .finish()
      #expect(output.code == 0, "\(output.all)")
      #expect(output.standardOutput.contains("tolerance: 5 %"))
    }

    @Test("the trials of the verdict run, and say what they know")
    func trials() throws {
      defer { remove() }
      let program = Tools.root.appending(path: "Benchmarks/verdict-trials").path
      let help = try ChildProcess([Tools.python, program, "--help"]).finish()
      #expect(help.code == 0 && help.standardOutput.contains("--smoke"), "\(help.all)")
      let smoke = try ChildProcess(
        [Tools.python, program, "--binary", Tools.weir, "--smoke"]
      ).finish(within: 900)
      #expect(smoke.code == 0, "\(smoke.all)")
      #expect(smoke.standardOutput.contains("2 checks in "))
      let absent = try ChildProcess(
        [Tools.python, program, "--binary", Tools.weir, "--smoke", "--", "--record-size", "x"]
      ).finish()
      #expect(absent.code == 3, "\(absent.all)")
    }
  }
}
