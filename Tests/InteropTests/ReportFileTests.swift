import Foundation
import Testing

extension Interop {
  /// The files of a real run, read by the software that others would read them with.
  @Suite("report files")
  struct ReportFileTests {
    /// A directory with the sample's files, made again by `weir report`.
    private func withReport(_ name: String = "quick", _ body: (URL) throws -> Void) throws {
      let folder = try temporaryFolder("report")
      defer { try? FileManager.default.removeItem(at: folder) }
      let sample = Tools.root.appending(path: "reports/samples/\(name)/run.json")
      try FileManager.default.copyItem(at: sample, to: folder.appending(path: "run.json"))
      let made = try ChildProcess([Tools.weir, "report", folder.path]).finish()
      try #require(made.code == 0, "\(made.all)")
      try body(folder)
    }

    /// What `run.json` says of a case's produce latency: samples, and the greatest in nanoseconds.
    private func produceLatency(_ folder: URL, ofCase index: Int) throws -> (Int, Double) {
      let data = try Data(contentsOf: folder.appending(path: "run.json"))
      let run = try JSONSerialization.jsonObject(with: data) as? [String: Any]
      let cases = try #require(run?["cases"] as? [[String: Any]])
      let repetitions = try #require(cases[index]["repetitions"] as? [[String: Any]])
      let found = repetitions.compactMap { $0["produceLatency"] as? [String: Any] }
      let counts = found.compactMap { $0["count"] as? Int }
      return (counts.reduce(0, +), found.compactMap { $0["maxNs"] as? Double }.max() ?? 0)
    }

    @Test(
      "HdrHistogram's own log processor reads the .hlog files",
      .enabled(if: Tools.hasKafka, Comment(rawValue: Tools.withoutKafka)))
    func javaHistograms() throws {
      let libraries = try #require(Tools.kafkaLibraries)
      let jar = try FileManager.default.contentsOfDirectory(atPath: libraries.path)
        .first { $0.hasPrefix("HdrHistogram") && $0.hasSuffix(".jar") }
      let library = libraries.appending(path: try #require(jar)).path
      try withReport { folder in
        func process(_ arguments: String) throws -> ChildProcess.Output {
          try ChildProcess(
            ["java", "-cp", library, "org.HdrHistogram.HistogramLogProcessor", "-i"]
              + [folder.appending(path: "histograms/case-1.hlog").path] + words(arguments)
          ).finish()
        }
        let tags = try process("-listtags")
        for tag in ["produce-latency", "end-to-end-latency", "fetch-latency", "service-time"] {
          #expect(tags.lines.contains(tag), "\(tags.all)")
        }
        let summary = try process("-tag produce-latency -outputValueUnitRatio 1000000")
        let (count, greatest) = try produceLatency(folder, ofCase: 1)
        let line = try #require(summary.lines.first { $0.hasPrefix("#[Max") }, "\(summary.all)")
        let numbers = line.split { !$0.isNumber && $0 != "." }.compactMap { Double($0) }
        try #require(numbers.count == 2)
        #expect(abs(numbers[0] - greatest / 1e6) < greatest / 1e6 * 0.001)
        #expect(Int(numbers[1]) == count)
      }
    }

    @Test(
      "the Python HdrHistogram reads the .hlog files",
      .enabled(if: Tools.pythonHas("hdrh"), "no hdrhistogram; scripts/setup --tests installs it"))
    func pythonHistograms() throws {
      try withReport { folder in
        let files = (0..<4).map { folder.appending(path: "histograms/case-\($0).hlog").path }
        let script = Tools.scripts.appending(path: "read_hlog.py").path
        let output = try ChildProcess([Tools.python, script] + files).finish()
        try #require(output.code == 0, "\(output.all)")
        for index in 0..<4 {
          let (count, greatest) = try produceLatency(folder, ofCase: index)
          let line = output.lines.map { $0.split(separator: " ").map(String.init) }
            .first { $0[0] == "case-\(index).hlog" && $0[1] == "produce-latency" }
          let fields = try #require(line)
          #expect(Int(fields[2]) == count)
          let found = try #require(Double(fields[5]))
          #expect(abs(found - greatest) <= greatest * 0.001)
        }
      }
    }

    @Test(
      "every line of the .hlog files says what results.csv says",
      .enabled(if: Tools.pythonHas("hdrh"), "no hdrhistogram; scripts/setup --tests installs it"))
    func hlogAndCsv() throws {
      try withReport { folder in
        let script = Tools.scripts.appending(path: "check_hlog.py").path
        let output = try ChildProcess([Tools.python, script, folder.path]).finish()
        try #require(output.code == 0, "\(output.all)")
        for tag in ["produce-latency", "service-time", "end-to-end-latency", "fetch-latency"] {
          #expect(output.lines.contains { $0.hasPrefix(tag + " ") }, "\(output.all)")
        }
      }
    }

    @Test(
      "pandas reads the CSV files of a run just made, groups and all: numbers are numbers",
      .enabled(if: Tools.pythonHas("pandas"), "no pandas; scripts/setup --tests installs it"))
    func pandas() throws {
      let flags =
        "--broker process --consumer-groups 2 --consumers 1 --partitions 2 --rate 2000"
        + " --duration 3s --warmup 300ms --repetitions 2 --batch-size 16KiB,64KiB"
      try withRun(words(flags)) { folder in
        let needed = [
          "produced_records_per_s", "produced_mb_per_s", "produce_latency_p50_ms",
          "end_to_end_latency_p50_ms", "service_time_p50_ms", "schedule_lag_p50_ms",
          "rate_target_per_s", "broker_user_cpu_s_per_gb", "client_user_cpu_s_per_gb",
          "broker_resident_mib", "broker_read_calls", "consumer_groups", "assignor", "rebalances",
          "redelivered", "slowest_group_records_per_s", "busiest_member_share", "lost",
        ]
        let script = Tools.scripts.appending(path: "read_csv.py").path
        let output = try ChildProcess([Tools.python, script, folder.path] + needed)
          .finish()
        #expect(output.code == 0, "\(output.all)")
        #expect(output.lines.first?.hasPrefix("4 repetitions, ") == true, "\(output.all)")
      }
    }

    /// A suite in a few seconds.
    private static let smallSuite =
      "zero-copy-fetch --volume 16MiB --fetch-size 64KiB,1MiB --consumers 1 --sources cached"
      + " --repetitions 2"

    @Test(
      "pandas reads the study.csv of a suite just run",
      .enabled(if: Tools.pythonHas("pandas"), "no pandas; scripts/setup --tests installs it"))
    func pandasOfSuite() throws {
      try withRun(words(Self.smallSuite)) { folder in
        let script = Tools.scripts.appending(path: "read_csv.py").path
        let output = try ChildProcess([Tools.python, script, folder.path]).finish()
        #expect(output.code == 0, "\(output.all)")
        #expect(output.lines.first?.hasPrefix("study: ") == true, "\(output.all)")
      }
    }

    /// The directory of a run that is made for the test.
    private func withRun(_ flags: [String], _ body: (URL) throws -> Void) throws {
      let folder = try temporaryFolder("run")
      defer { try? FileManager.default.removeItem(at: folder) }
      let made = try ChildProcess([Tools.weir, "bench"] + flags + ["--output", folder.path])
        .finish(within: 300)
      try #require(made.code == 0, "\(made.all)")
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      try body(folder.appending(path: try #require(names.first)))
    }

    // MARK: The page

    struct Probe: Decodable {
      struct Plot: Decodable {
        var name: String
        var width: Double
        var height: Double
        /// Lines, bars and markers within the axes.
        var marks: Int
        /// Series that the legend names and nothing is drawn of.
        var missing: [String]
        /// Of the smallest text, in pixels.
        var text: Double
        /// Texts that leave the drawing.
        var outside: [String]
      }

      var viewport: Double
      var page: Double
      var plots: [Plot]
      /// Errors that no script caught.
      var problems: [String]
      var sections: Int
      var background: String
    }

    /// Opens the report in Chromium, in a frame of the given width.
    ///
    /// - Parameter picture: Where a picture of it goes.
    private func probe(_ folder: URL, width: Int, isDark: Bool) throws -> Probe {
      let html = try String(contentsOf: folder.appending(path: "report.html"), encoding: .utf8)
      let script = try String(
        contentsOf: Tools.scripts.appending(path: "page_probe.js"), encoding: .utf8)
      let listeners = """
        <head><script>const problems = [];
        addEventListener("error", (event) => problems.push(String(event.message)), true);
        addEventListener("unhandledrejection", (event) => problems.push(String(event.reason)));
        </script>
        """
      let page = html.replacing("<head>", with: listeners, maxReplacements: 1)
      try "\(page)<script>\(script)</script>".write(
        to: folder.appending(path: "probe.html"), atomically: true, encoding: .utf8)
      try """
      <!DOCTYPE html><meta name="color-scheme" content="light dark"><body style="margin:0">
      <iframe src="probe.html" width="\(width)" height="9000" style="border:0"></iframe>
      """.write(to: folder.appending(path: "frame.html"), atomically: true, encoding: .utf8)
      let browser = try #require(Tools.chromium)
      let name = "\(width)-\(isDark ? "dark" : "light").png"
      let words =
        [
          browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
          "--user-data-dir=\(folder.path)/profile", "--window-size=1400,9000",
          "--screenshot=\(folder.appending(path: name).path)",
        ] + (isDark ? ["--blink-settings=preferredColorScheme=0"] : [])
      let output = try ChildProcess(words + ["file://\(folder.path)/frame.html"])
        .finish(within: 300)
      let console = output.standardError.split(separator: "\n").filter { $0.contains("CONSOLE") }
      #expect(console.count == 1, "\(console)")
      let line = try #require(console.first { $0.contains("PROBE ") }, "\(output.standardError)")
      let start = try #require(line.firstIndex(of: "{"))
      let end = try #require(line.range(of: "}\"", options: .backwards))
      let json = line[start...end.lowerBound]
      if let keep = Tools.environment["WEIR_PICTURES"] {
        let target = URL(filePath: keep).appending(path: name)
        try? FileManager.default.removeItem(at: target)
        try FileManager.default.copyItem(at: folder.appending(path: name), to: target)
      }
      return try JSONDecoder().decode(Probe.self, from: Data(json.utf8))
    }

    /// Every sample, on a phone by night and on a screen by day.
    private static let views: [(String, Int, Bool)] = {
      let folder = Tools.root.appending(path: "reports/samples").path
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return names.sorted().flatMap { [($0, 360, true), ($0, 1280, false)] }
    }()

    @Test(
      "Chromium opens report.html: no error, every series drawn, texts in it and large enough",
      .enabled(if: Tools.chromium != nil, "no Chromium; scripts/setup --tests installs it"),
      arguments: views)
    func page(name: String, width: Int, isDark: Bool) throws {
      try withReport(name) { folder in
        let found = try probe(folder, width: width, isDark: isDark)
        check(found, width: width, isDark: isDark)
        #expect(found.plots.count >= (name == "quick" ? 3 : 1))
      }
    }

    @Test(
      "Chromium opens the report of a suite just run",
      .enabled(if: Tools.chromium != nil, "no Chromium; scripts/setup --tests installs it"))
    func pageOfSuite() throws {
      try withRun(words(Self.smallSuite)) { folder in
        let found = try probe(folder, width: 360, isDark: false)
        check(found, width: 360, isDark: false)
        #expect(found.plots.count >= 1)
      }
    }

    private func check(_ found: Probe, width: Int, isDark: Bool) {
      #expect(found.viewport == Double(width))
      #expect(found.problems.isEmpty, "\(found.problems)")
      // Tables scroll by themselves; the page does not.
      #expect(found.page <= Double(width))
      #expect(found.sections >= 4)
      for plot in found.plots {
        #expect(plot.width > 200 && plot.height > 60, "\(plot.name)")
        #expect(plot.marks >= 1, "\(plot.name)")
        #expect(plot.missing.isEmpty, "\(plot.name): \(plot.missing)")
        #expect(plot.text >= 11)
        #expect(plot.outside.isEmpty, "\(plot.name): \(plot.outside)")
      }
      #expect((found.background == "rgb(15, 17, 19)") == isDark, "\(found.background)")
    }
  }
}
