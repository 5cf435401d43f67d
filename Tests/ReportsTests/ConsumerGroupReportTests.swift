import LoadModel
import Testing

@testable import Reports

@Suite("Consumer groups in a report")
struct ConsumerGroupReportTests {
  private func run() throws -> RunResult {
    var run = try SampleRun.make(flags: [
      ("consumer-groups", "2"), ("consumers", "2"), ("repetitions", "2"),
    ])
    for place in run.cases[0].repetitions.indices {
      var repetition = run.cases[0].repetitions[place]
      repetition.consumed = Flow(records: 200_000, bytes: 102_500_000)
      repetition.groups = (0..<2).map { index in
        var group = GroupResult(
          group: index, consumed: Flow(records: 100_000, bytes: 51_250_000),
          memberRecords: [75_000, 25_000], rebalances: 0, redelivered: Int64(index))
        group.peakLagRecords = 1234
        group.lastLagRecords = 5
        return group
      }
      repetition.intervals = (0..<3).map { index in
        var sample = IntervalSample(startS: Double(index), durationS: 1)
        sample.recordsConsumed = 1
        sample.groupLagRecords = [Int64(index), 10 * Int64(index)]
        return sample
      }
      run.cases[0].repetitions[place] = repetition
    }
    return run
  }

  @Test("a section tells each group's rate, balance and lag, and explains the sum")
  func section() throws {
    let section = try #require(RunReport(try run()).groupSection)
    Golden.expect("consumer-groups.md", SectionMarkdown.text(section))
    let table = try #require(section.tables.first)
    #expect(table.rows.count == 2)
    #expect(table.rows[0].suffix(6) == ["25.0", "75.0", "1,234", "5", "0", "0"])
    #expect(table.rows[1].last == "1")
    let plot = try #require(section.plots.first)
    guard case .lines(let lines) = plot.content else {
      Issue.record("no lines")
      return
    }
    #expect(lines.series.map(\.name) == ["group 0", "group 1"])
    #expect(lines.series[1].points.map(\.y) == [0, 10, 20])
  }

  @Test("the time series has a column a group, before those that came later; without groups none")
  func timeSeries() throws {
    let lines = TimeSeriesTable.csv(try run()).split(whereSeparator: \.isNewline)
    #expect(lines[0].hasSuffix(",errors,group_0_lag_records,group_1_lag_records,other_cpu_s"))
    #expect(lines[2].hasSuffix(",0,1,10,"))
    let plain = try SampleRun.make()
    #expect(RunReport(plain).groupSection == nil)
    let header = TimeSeriesTable.csv(plain).prefix { !$0.isNewline }
    #expect(header.hasSuffix(",errors,other_cpu_s"))
  }
}
