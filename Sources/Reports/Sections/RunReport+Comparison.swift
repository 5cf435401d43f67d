import LoadModel
import Statistics

extension RunReport {
  /// The settings with several values.
  static func swept(_ run: RunResult) -> [EffectiveConfiguration.Entry] {
    run.configuration.entries.filter { entry in
      entry.values.count > 1 && ScenarioSchema.field(named: entry.name)?.kind == .list
    }
  }

  /// What each setting does where all else is equal, in figures.
  var effectSection: ReportSection? {
    guard let advice else { return nil }
    let table = advice.table
    guard !table.isEmpty else { return nil }
    return ReportSection(
      title: "What each setting does, all else equal",
      paragraphs: [advice.sureness, advice.notMeasured].compactMap { $0 }, tables: [table])
  }
}
