import LoadModel
import Testing

@testable import Reports

@Suite("The section partition scaling")
struct PartitionScalingSectionTests {
  private let even = [1, 1.01, 0.99, 1]

  private func point(
    _ series: String, partitions: Int, producers: Int = 1, rate: Double, batch: Double = 4000,
    rounds: [Double]? = nil, more: [StudyFigure] = []
  ) -> StudyPoint {
    let rounds = rounds ?? even
    var point = StudyPoint(
      [
        .init("series", series), .init("partitions", String(partitions)),
        .init("producers", String(producers)),
      ],
      figures: [
        StudyFigure("throughput", "MB/s", rounds.map { rate * $0 }),
        StudyFigure("batch", "B", rounds.map { _ in batch }),
      ] + more)
    point.pairing = rounds.indices.map { Double($0 + 1) }
    return point
  }

  private func latency(_ partitions: Int, _ ms: Double, lag: Double = 0.01) -> StudyPoint {
    point(
      "latency", partitions: partitions, rate: 5,
      more: [
        StudyFigure("end to end p50", "ms", even.map { ms * $0 }),
        StudyFigure("end to end p99", "ms", even.map { ms * 9 * $0 }),
        StudyFigure("schedule lag p50", "ms", even.map { _ in lag }),
        StudyFigure("rate reached", "%", even.map { _ in 100 }),
        StudyFigure("batches a partition", "", even.map { _ in 10_000 / Double(partitions) }),
      ])
  }

  private func section(_ points: [StudyPoint], isCluster: Bool = false) -> ReportSection {
    var study = Study(suite: .partitionScaling, question: "What do they cost?")
    study.points = points
    return PartitionScalingSection(study, isCluster: isCluster).section
  }

  private func answer(_ points: [StudyPoint]) -> String {
    section(points).answerPoints.joined(separator: "\n")
  }

  /// Everything that the suite measures, in four rounds.
  private var whole: [StudyPoint] {
    var points = [
      point("equal-settings", partitions: 1, rate: 1000),
      point("equal-settings", partitions: 10, rate: 1100),
      point("equal-settings", partitions: 1000, rate: 450),
      point(
        "equal-settings", partitions: 10000, rate: 90,
        more: [
          StudyFigure("create", "ms", even.map { 5000 * $0 }),
          StudyFigure("memory a partition, loaded", "KiB", even.map { 3.5 * $0 }),
        ]),
      point("equal-batches", partitions: 1, rate: 500),
      point("equal-batches", partitions: 1000, rate: 495, rounds: [1, 0.9, 1.1, 1.02]),
      latency(1, 0.3), latency(1000, 0.4), latency(10000, 8),
    ]
    for producers in [1, 2, 4, 8] {
      points.append(
        point("clients", partitions: 16, producers: producers, rate: 100 * Double(producers)))
    }
    points.append(
      point(
        "starts", partitions: 10000, rate: 90,
        more: [
          StudyFigure("start after SIGKILL", "ms", even.map { 4200 * $0 }),
          StudyFigure("start after clean stop", "ms", even.map { 1500 * $0 }),
        ]))
    return points
  }

  @Test("each line states a ratio with its interval, what is not shown, and what is not known")
  func answer() throws {
    let lines = section(whole).answerPoints
    #expect(lines.count == 4)
    #expect(
      lines[0].hasPrefix(
        "Throughput at equal settings: 1,000 partitions 0.45× (0.45–0.45), 10,000 partitions"
          + " 0.09× (0.09–0.09) that of one. Throughput at equal achieved batch size: no"
          + " difference from one is shown for 1,000 partitions 0.9"), "\(lines[0])")
    #expect(
      lines[1]
        == "Median end-to-end latency at a fixed rate: 1,000 partitions 1.33× (1.33–1.33), 10,000"
        + " partitions 26.7× (26.7–26.7) that of one.")
    #expect(lines[2].contains("on 16 partitions: 2 producers 2.00× (2.00–2.00)"), "\(lines[2])")
    #expect(lines[2].contains("Universal scalability law over producers: contention 0 (0–0)"))
    #expect(
      lines[3].hasPrefix("10,000 partitions cost 5.00 s (4.9")
        && lines[3].contains(") until all have a leader, 3.50 KiB (3.4"), "\(lines[3])")
    #expect(lines[3].contains("10,000 partitions are served 4.20 s (4.1"), "\(lines[3])")
  }

  @Test("where the load generator was the limit, or a queue was measured, nothing is concluded")
  func refused() {
    let full = StudyFigure("buffer filled", "%", even.map { _ in 80 })
    let starving = StudyFigure("buffer filled", "%", even.map { _ in 3 })
    #expect(
      answer([
        point("equal-settings", partitions: 1, rate: 1000, more: [full]),
        point("equal-settings", partitions: 100, rate: 600, more: [starving]),
        point("equal-settings", partitions: 1000, rate: 300, more: [full]),
      ])
        == "Throughput at equal settings: 1,000 partitions 0.30× (0.30–0.30) that of one. No"
        + " conclusion on 100: the load generator was the limit with 100.")
    #expect(
      answer([
        point("equal-settings", partitions: 1, rate: 1000, more: [starving]),
        point("equal-settings", partitions: 1000, rate: 300, more: [full]),
      ]).hasSuffix("no conclusion on 1,000: the load generator was the limit with 1."))
    let queue = [
      StudyFigure("duration", "s", [3, 3, 3, 3]), StudyFigure("warm-up", "s", [1, 1, 1, 1]),
      StudyFigure("produce p50", "ms", [1600, 1600, 1600, 1600]),
    ]
    #expect(
      answer([
        point("equal-settings", partitions: 1, rate: 1000),
        point("equal-settings", partitions: 1000, rate: 300, more: queue),
      ]).contains("no steady state with 1,000"))
    // A warm-up longer than that is one: the buffer was full when measuring began.
    var filled = queue
    filled[1].samples = [2, 2, 2, 2]
    #expect(
      answer([
        point("equal-settings", partitions: 1, rate: 1000),
        point("equal-settings", partitions: 1000, rate: 300, more: filled),
      ]).contains("0.30×"))
    #expect(
      answer([latency(1, 0.3), latency(100, 9, lag: 1)])
        .contains("the load generator was late with 100"))
    #expect(
      answer([
        point("equal-batches", partitions: 1, rate: 500, batch: 4000),
        point("equal-batches", partitions: 1000, rate: 90, batch: 1200),
      ]).contains("batches were not equal with 1,000"))
  }

  @Test("points that were not measured as long are not compared, and the answer says so")
  func unequalTimes() {
    func point(_ partitions: Int, _ rate: Double, seconds: Double) -> StudyPoint {
      self.point(
        "equal-settings", partitions: partitions, rate: rate,
        more: [StudyFigure("duration", "s", even.map { seconds * $0 })])
    }
    let text = answer([point(1, 1000, seconds: 2.1), point(1000, 300, seconds: 3)])
    #expect(
      text == "Throughput at equal settings: no conclusion on 1,000: the times measured differ by"
        + " more than a tenth, 2.1 s with 1, 3.0 s with 1,000: the volume was written before the"
        + " time was over (`--volume`, or a shorter `--duration`).", "\(text)")
    #expect(answer([point(1, 1000, seconds: 2.8), point(1000, 300, seconds: 3)]).contains("0.30×"))
  }

  @Test("the text states how many ratios were corrected, not how many were printed")
  func corrected() {
    let text = SectionMarkdown.text(
      section([
        point("equal-settings", partitions: 1, rate: 1000),
        point("equal-settings", partitions: 1000, rate: 300),
        point("clients", partitions: 16, producers: 1, rate: 100, rounds: [1, 1]),
        point("clients", partitions: 16, producers: 2, rate: 200, rounds: [1, 1]),
      ]))
    #expect(text.contains("Holm's probability over all 1 ratios"))
  }

  @Test("two rounds give no interval, and the answer says how many do; rounds are paired")
  func rounds() {
    #expect(
      answer([
        point("equal-settings", partitions: 1, rate: 1000, rounds: [1, 1]),
        point("equal-settings", partitions: 1000, rate: 300, rounds: [1, 1]),
      ]) == "Throughput at equal settings: no conclusion on 1,000: 3 rounds are needed"
        + " (`--repetitions`).")
    // The second round of one failed: the others are still compared with their own.
    var short = point("equal-settings", partitions: 1000, rate: 100, rounds: [1, 3, 4])
    short.pairing = [1, 3, 4]
    #expect(
      answer([
        point("equal-settings", partitions: 1, rate: 1000, rounds: [1, 2, 3, 4]), short,
      ]).contains("0.10× (0.10–0.10)"))
  }

  @Test("the law is over producers, with intervals, and absent where it does not describe them")
  func law() throws {
    func clients(_ rates: [(Int, Double)], rounds: [Double]? = nil) -> [StudyPoint] {
      rates.map {
        point("clients", partitions: 16, producers: $0.0, rate: $0.1, rounds: rounds)
      }
    }
    let rates: [(Int, Double)] = [1, 2, 4, 8, 16].map { (size: Int) -> (Int, Double) in
      let shared: Double = 1 + 0.1 * Double(size - 1)
      return (size, 100 * Double(size) / shared)
    }
    let good = section(clients(rates))
    let claim = try #require(good.answerPoints.first)
    #expect(
      claim.contains(
        "Universal scalability law over producers: contention 0.100 (0.100–0.100), coherency 0"),
      "\(claim)")
    #expect(good.parts.first?.paragraphs.isEmpty == true)

    func refusal(_ points: [StudyPoint]) throws -> String {
      let found = section(points)
      #expect(!found.answerPoints.joined().contains("scalability"))
      let part = try #require(found.parts.first { $0.title == "More producers" })
      return part.paragraphs.joined()
    }
    let jagged = [(1, 100.0), (2, 400), (4, 120), (8, 900), (16, 150)]
    #expect(try refusal(clients(jagged)).contains("is not printed: "))
    let falling = [(1, 100.0), (2, 80), (4, 60), (8, 50), (16, 45)]
    #expect(try refusal(clients(falling)).contains("contention comes out above 1"))
    #expect(try refusal(clients(Array(rates.prefix(3)))).contains("needs four sizes"))
    #expect(try refusal(clients(rates, rounds: [1, 1])).contains("three rounds"))
    var limited = clients(rates)
    limited[0].figures.append(StudyFigure("buffer filled", "%", [3, 3, 3, 3]))
    #expect(try refusal(limited).contains("the load generator was the limit with 1."))
    // Over partitions none is fitted.
    let many = [1, 10, 100, 1000].map {
      point("equal-batches", partitions: $0, rate: 500 / Double($0))
    }
    #expect(!SectionMarkdown.text(section(many)).contains("scalability"))
  }

  @Test("every series and table supports a line of the answer; one main table, the rest folded")
  func form() throws {
    let found = section(whole)
    #expect(found.answer.isEmpty)
    #expect(found.tables.count == 1)
    #expect(
      found.tables[0].header
        == [
          "partitions", "equal settings, MB/s", "batch, B", "equal batches, MB/s", "batch, B",
          "end to end p50, ms", "p99, ms",
        ])
    #expect(found.tables[0].rows.map { $0[0] } == ["1", "10", "1,000", "10,000"])
    #expect(found.parts.allSatisfy { $0.isFolded })
    #expect(found.plots.map(\.name) == ["scaling-throughput", "scaling-latency"])
    #expect(!SectionMarkdown.text(found).contains("record only"))
    // Few batches: no p99.
    var few = whole
    few[6].figures[6].samples = [9, 9, 9, 9]
    #expect(section(few).tables[0].rows[0][6] == "–")
  }

  @Test("a turn in which the cluster changed counts nowhere, and the answer names it")
  func disturbed() throws {
    var points = [
      point("equal-settings", partitions: 1, rate: 1000),
      point("equal-settings", partitions: 1000, rate: 300),
    ]
    points[0].figures.append(StudyFigure("disturbed", "", [1]))
    var study = Study(suite: .partitionScaling, question: "?")
    study.points = points
    var events = RunEvents()
    events.nodeLosses = [.init(node: 3, lostS: 1.1, reason: "reset")]
    study.disturbances = [
      StudyDisturbance(turn: "equal-settings 1 partition", repetition: 1, events: events),
      StudyDisturbance(
        turn: "clients 1 producer", repetition: 0, events: RunEvents(), missingNodes: [3]),
    ]
    let lines = PartitionScalingSection(study, isCluster: true).section.answerPoints
    #expect(lines.first?.contains("0.30×") == true)
    #expect(
      lines.last
        == "The cluster changed during the run: node 3 was down from 1.1 s to the end, in"
        + " `equal-settings 1 partition`, repetition 1; node 3 was missing from the start, in"
        + " `clients 1 producer`, the round that does not count.")
  }

  @Test("what the generator and the repetitions tell stands beside the figures")
  func marks() throws {
    var slow = point(
      "equal-settings", partitions: 10, rate: 100, rounds: [1, 1.3, 0.9],
      more: [
        StudyFigure("duration", "s", [3]), StudyFigure("produce p50", "ms", [2000]),
        StudyFigure("generator busy", "%", [97]), StudyFigure("errors", "", [2]),
        StudyFigure("batches a partition", "", [3]),
      ])
    slow.isPartial = true
    slow.failures = 1
    let table = try #require(section([slow]).tables.first)
    #expect(table.rows[0][1].hasSuffix(" [gpfqbes]"), "\(table.rows[0])")
    #expect(table.footnotes.count == 7)
  }

  @Test("of a cluster no broker of ours is told")
  func cluster() {
    let found = section(
      [
        point(
          "equal-settings", partitions: 1, rate: 100,
          more: [StudyFigure("create", "ms", [30, 30, 30, 30])])
      ], isCluster: true)
    let text = SectionMarkdown.text(found)
    for words in ["process of its own", "empty directory", "the broker's"] {
      #expect(!text.contains(words), "\(words)")
    }
    #expect(text.contains("The cluster was measured as it is"))
  }

  @Test("nothing measured is no claim")
  func empty() {
    #expect(section([]).answerPoints.isEmpty && section([]).tables.isEmpty)
    #expect(section([]).plots.isEmpty)
  }
}
