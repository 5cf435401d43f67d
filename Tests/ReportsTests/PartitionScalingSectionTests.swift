import LoadModel
import Testing

@testable import Reports

@Suite("The section partition scaling")
struct PartitionScalingSectionTests {
  private func point(
    _ series: String, partitions: Int, producers: Int = 1, rate: Double, batch: Double = 4000,
    more: [StudyFigure] = []
  ) -> StudyPoint {
    StudyPoint(
      [
        .init("series", series), .init("partitions", String(partitions)),
        .init("producers", String(producers)),
      ],
      figures: [
        StudyFigure("throughput", "MB/s", [rate, rate * 1.01, rate * 0.99]),
        StudyFigure("batch", "B", [batch]),
      ] + more)
  }

  private func section(_ points: [StudyPoint]) -> ReportSection {
    var study = Study(suite: .partitionScaling, question: "What do they cost?")
    study.points = points
    return PartitionScalingSection(study).section
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
      found.answer.contains("1,000 partitions keep 45 % of the throughput of one at equal se"))
    #expect(
      found.answer.contains("1,000 partitions keep 85 % of the throughput of one at equal ac"))
    #expect(found.answer.contains("8 producers bring 8.00× the throughput of one"))
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

    let few = try #require(section(Array(law.prefix(3))).parts.first)
    #expect(few.paragraphs.joined().contains("Fewer than four sizes"))
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
  }

  @Test("nothing measured is no section's part")
  func empty() { #expect(section([]).parts.isEmpty && section([]).answer.isEmpty) }
}
