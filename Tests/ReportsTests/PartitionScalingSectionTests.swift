import LoadModel
import Testing

@testable import Reports

@Suite("The section partition scaling")
struct PartitionScalingSectionTests {
  private func point(
    _ series: String, partitions: Int, producers: Int = 1, rate: Double, batch: Double = 4000,
    rounds: [Double] = [1, 1.01, 0.99], more: [StudyFigure] = []
  ) -> StudyPoint {
    StudyPoint(
      [
        .init("series", series), .init("partitions", String(partitions)),
        .init("producers", String(producers)),
      ],
      figures: [
        StudyFigure("throughput", "MB/s", rounds.map { rate * $0 }),
        StudyFigure("batch", "B", [batch]),
      ] + more)
  }

  private func section(_ points: [StudyPoint], isCluster: Bool = false) -> ReportSection {
    var study = Study(suite: .partitionScaling, question: "What do they cost?")
    study.points = points
    return PartitionScalingSection(study, isCluster: isCluster).section
  }

  @Test("what many partitions keep, what many producers bring, how soon all are served")
  func answer() {
    var points = [
      point("equal-settings", partitions: 1, rate: 1000),
      point("equal-settings", partitions: 1000, rate: 450),
      point("equal-settings", partitions: 10000, rate: 90),
      point("equal-batches", partitions: 1, rate: 500),
      point("equal-batches", partitions: 1000, rate: 425),
    ]
    for producers in [1, 2, 4, 8] {
      let rate = 100 * Double(producers)
      points.append(point("clients", partitions: 16, producers: producers, rate: rate))
    }
    let starts = [
      StudyFigure("start after SIGKILL", "ms", [4200]),
      StudyFigure("start after clean stop", "ms", [1500]),
    ]
    points.append(point("starts", partitions: 10000, rate: 90, more: starts))
    let found = section(points)
    #expect(
      found.answer.contains(
        "1,000 partitions keep 45 % (45–45) of the throughput of one at equal se"))
    #expect(found.answer.contains("10,000 partitions keep 9 % (9–9) of the throughput"))
    #expect(
      found.answer.contains(
        "1,000 partitions keep 85 % (85–85) of the throughput of one at equal ac"))
    #expect(found.answer.contains("8 producers bring 8.00× (8.00–8.00) the throughput of one"))
    #expect(found.answer.contains("10,000 partitions are served 4.20 s"))
    #expect(found.answer.contains("1.50 s after one that follows a clean stop"))
    #expect(found.allPlots.contains { $0.name == "scaling-clients" })
  }

  @Test("data that follow the law say so; data that do not say that first; three sizes say nothing")
  func fits() throws {
    let law = [1, 2, 4, 8, 16].map { size -> StudyPoint in
      let rate = 100 * Double(size) / (1 + 0.1 * Double(size - 1))
      return point("clients", partitions: 16, producers: size, rate: rate)
    }
    let good = try #require(section(law).parts.first)
    #expect(good.paragraphs.joined().contains("contention 0.100"))
    #expect(good.paragraphs.joined().contains("The data follow it within 0 %"))

    let rates: [(Int, Double)] = [(1, 100), (2, 400), (4, 120), (8, 900), (16, 150)]
    let jagged = rates.map { point("clients", partitions: 16, producers: $0.0, rate: $0.1) }
    let bad = try #require(section(jagged).parts.first)
    #expect(bad.paragraphs.joined().contains("**The data do not follow"))
    #expect(bad.paragraphs.joined().contains("Residuals, measured over fitted: 1 "))

    // However wide the rounds, they make no law follow.
    let noisy = law.map { point in
      self.point(
        "clients", partitions: 16, producers: Int(point.label("producers") ?? "") ?? 1,
        rate: point.figure("throughput")?.median ?? 0, rounds: [0.5, 1, 1.5])
    }
    let unknown = try #require(section(noisy).parts.first)
    #expect(unknown.paragraphs.joined().contains("**Too noisy to tell a scaling law**"))

    // Less from the first step on: a contention above 1.
    let falling = [(1, 100.0), (2, 80), (4, 60), (8, 50), (16, 45)].map {
      point("clients", partitions: 16, producers: $0.0, rate: $0.1)
    }
    let none = try #require(section(falling).parts.first)
    #expect(none.paragraphs.joined().contains("law does not fit**: its contention comes out above"))

    let few = try #require(section(Array(law.prefix(3))).parts.first)
    #expect(few.paragraphs.joined().contains("Fewer than four sizes"))
  }

  @Test("no share from one repetition, none above what can be, none without a steady state")
  func doubtful() throws {
    func answer(_ rate: Double, rounds: [Double], waited: Double = 10) -> String {
      section(
        [1, 300].map { partitions in
          point(
            "equal-settings", partitions: partitions, rate: partitions == 1 ? 100 : rate,
            rounds: rounds,
            more: [
              StudyFigure("duration", "s", [3]),
              StudyFigure("produce p50", "ms", [partitions == 1 ? 10 : waited]),
            ])
        }
      ).answer
    }
    #expect(answer(50, rounds: [1, 1]).contains("300 partitions keep 50 % (50–50)"))
    #expect(answer(50, rounds: [1]).contains("measured once beside one at equal settings: that"))
    #expect(!answer(50, rounds: [1]).contains("%"))
    #expect(answer(13_277, rounds: [1, 1]).contains("take more than one"))
    #expect(answer(13_277, rounds: [1, 1]).contains("cannot be told"))
    let queue = answer(1, rounds: [1, 1], waited: 1600)
    #expect(queue == "No steady state, and so no claim, at 300 partitions (equal-settings).")
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
    let part = try #require(section([slow]).parts.first)
    let table = part.tables[0]
    #expect(table.rows[0][0] == "10 [gpfqbes]")
    #expect(table.footnotes.count == 7)
    // One of three repetitions told its batch.
    #expect(table.rows[0][2] == "4,000 (1 of 3)")
    let late = point(
      "latency", partitions: 1, rate: 5,
      more: [
        StudyFigure("rate reached", "%", [90]), StudyFigure("schedule lag p99", "ms", [5]),
        StudyFigure("produce p99", "ms", [6]),
      ])
    #expect(try #require(section([late]).parts.first).tables[0].rows[0][0] == "1 [gr]")
  }

  @Test("of a cluster no broker of ours is told")
  func cluster() {
    let found = section(
      [
        point(
          "equal-settings", partitions: 1, rate: 100, more: [StudyFigure("create", "ms", [30])])
      ], isCluster: true)
    let text = SectionMarkdown.text(found)
    for words in ["process of its own", "empty directory", "broker's memory"] {
      #expect(!text.contains(words), "\(words)")
    }
    #expect(text.contains("the cluster was measured as it is"))
  }

  @Test("batches that were not equal are told")
  func unequal() throws {
    let found = section([
      point("equal-batches", partitions: 1, rate: 500, batch: 4000),
      point("equal-batches", partitions: 100, rate: 450, batch: 3900),
      point("equal-batches", partitions: 10000, rate: 90, batch: 1200),
    ])
    let text = try #require(found.parts.first).paragraphs.joined()
    #expect(text.contains("with 10000 partitions"))
    #expect(!text.contains("100 partitions") || text.contains("10000 partitions"))
    // What they keep is another thing than what more partitions cost.
    #expect(
      found.answer
        == "100 partitions keep 90 % (90–90) of the throughput of one at equal achieved batch size."
    )
  }

  @Test(
    "where more partitions take more, and where there were few batches each, the answer says so")
  func notes() {
    let answer = section([
      point("equal-settings", partitions: 1, rate: 400),
      point("equal-settings", partitions: 10, rate: 700),
      point("equal-settings", partitions: 1000, rate: 100),
      point(
        "equal-settings", partitions: 10000, rate: 40,
        more: [StudyFigure("batches a partition", "", [5])]),
    ]).answer
    #expect(
      answer.contains(
        "1,000 partitions keep 25 % (25–25) of the throughput of one at equal settings."))
    #expect(answer.contains("at equal settings, of so few batches each that how they begin weighs"))
    #expect(
      answer.contains("10 partitions take 1.75× (1.75–1.75) what one takes at equal settings."))
  }

  @Test("nothing measured is no section's part")
  func empty() { #expect(section([]).parts.isEmpty && section([]).answer.isEmpty) }
}
