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
    Golden.expect("partition-scaling-answer.md", section(whole).answerText)
  }

  @Test("where the load generator was the limit, or a queue was measured, nothing is concluded")
  func refused() {
    let full = StudyFigure("buffer filled", "%", even.map { _ in 80 })
    let starving = StudyFigure("buffer filled", "%", even.map { _ in 3 })
    let limited = answer([
      point("equal-settings", partitions: 1, rate: 1000, more: [full]),
      point("equal-settings", partitions: 100, rate: 600, more: [starving]),
      point("equal-settings", partitions: 1000, rate: 300, more: [full]),
    ])
    let baseLimited = answer([
      point("equal-settings", partitions: 1, rate: 1000, more: [starving]),
      point("equal-settings", partitions: 1000, rate: 300, more: [full]),
    ])
    let queue = [
      StudyFigure("duration", "s", [3, 3, 3, 3]), StudyFigure("warm-up", "s", [1, 1, 1, 1]),
      StudyFigure("produce p50", "ms", [1600, 1600, 1600, 1600]),
    ]
    let queued = answer([
      point("equal-settings", partitions: 1, rate: 1000),
      point("equal-settings", partitions: 1000, rate: 300, more: queue),
    ])
    // A warm-up longer than that is one: the buffer was full when measuring began.
    var filled = queue
    filled[1].samples = [2, 2, 2, 2]
    let steady = answer([
      point("equal-settings", partitions: 1, rate: 1000),
      point("equal-settings", partitions: 1000, rate: 300, more: filled),
    ])
    let unequal = answer([
      point("equal-batches", partitions: 1, rate: 500, batch: 4000),
      point("equal-batches", partitions: 1000, rate: 90, batch: 1200),
    ])
    Golden.expect(
      "partition-scaling-refused.md",
      [
        ("the generator was the limit with 100 partitions", limited),
        ("the generator was the limit with one", baseLimited),
        ("latency longer than half of the time measured", queued),
        ("the buffer was full when measuring began", steady),
        ("the generator was late", answer([latency(1, 0.3), latency(100, 9, lag: 1)])),
        ("batches of 4000 and of 1200 bytes", unequal),
      ])
  }

  @Test("points that were not measured as long are not compared, and the answer says so")
  func unequalTimes() {
    func point(_ partitions: Int, _ rate: Double, seconds: Double) -> StudyPoint {
      self.point(
        "equal-settings", partitions: partitions, rate: rate,
        more: [StudyFigure("duration", "s", even.map { seconds * $0 })])
    }
    Golden.expect(
      "partition-scaling-times.md",
      [
        ("2.1 s and 3 s", answer([point(1, 1000, seconds: 2.1), point(1000, 300, seconds: 3)])),
        ("2.8 s and 3 s", answer([point(1, 1000, seconds: 2.8), point(1000, 300, seconds: 3)])),
      ])
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
    // One of two ratios has an interval.
    Golden.expect("partition-scaling-one-ratio.md", text)
  }

  @Test("two rounds give no interval, and the answer says how many do; rounds are paired")
  func rounds() {
    let two = answer([
      point("equal-settings", partitions: 1, rate: 1000, rounds: [1, 1]),
      point("equal-settings", partitions: 1000, rate: 300, rounds: [1, 1]),
    ])
    // The second round of one failed: the others are still compared with their own.
    var short = point("equal-settings", partitions: 1000, rate: 100, rounds: [1, 3, 4])
    short.pairing = [1, 3, 4]
    let paired = answer([
      point("equal-settings", partitions: 1, rate: 1000, rounds: [1, 2, 3, 4]), short,
    ])
    Golden.expect(
      "partition-scaling-rounds.md", [("two rounds", two), ("three pairs of four rounds", paired)])
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
    #expect(good.parts.first?.paragraphs.isEmpty == true)

    func refusal(_ points: [StudyPoint]) throws -> String {
      let found = section(points)
      #expect(!found.answerPoints.joined().contains("scalability"))
      let part = try #require(found.parts.first { $0.title == "More producers" })
      return part.paragraphs.joined()
    }
    let jagged = [(1, 100.0), (2, 400), (4, 120), (8, 900), (16, 150)]
    let falling = [(1, 100.0), (2, 80), (4, 60), (8, 50), (16, 45)]
    var limited = clients(rates)
    limited[0].figures.append(StudyFigure("buffer filled", "%", [3, 3, 3, 3]))
    Golden.expect(
      "scalability-law.md",
      [
        ("rates of that law", good.answerText),
        ("rates that jump", try refusal(clients(jagged))),
        ("rates that fall", try refusal(clients(falling))),
        ("three sizes", try refusal(clients(Array(rates.prefix(3))))),
        ("two rounds", try refusal(clients(rates, rounds: [1, 1]))),
        ("the generator was the limit", try refusal(limited)),
      ])
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
    Golden.expect(
      "partition-scaling-disturbed.md",
      PartitionScalingSection(study, isCluster: true).section.answerText)
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
    Golden.expect("partition-scaling-marks.md", section([slow]).tableText)
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
    Golden.expect("partition-scaling-cluster.md", text)
  }

  @Test("nothing measured is no claim")
  func empty() {
    #expect(section([]).answerPoints.isEmpty && section([]).tables.isEmpty)
    #expect(section([]).plots.isEmpty)
  }
}
