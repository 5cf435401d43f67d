import Glibc
import LoadModel
import Statistics

/// What the suite `groups` found: pauses and redelivered records, by event and assignor.
///
/// Each event is a sample. A pause that is no longer than what the load itself does without an
/// event is "below detection".
struct GroupsSection {
  let study: Study
  /// What a report says of the load and of the members' settings.
  let load: Load
  let assignors: [String]
  /// By `name`, corrected together.
  let contests: [String: Contest]

  /// What the figures depend on and the points do not hold.
  struct Load {
    /// Mean distance of the records of one partition; nil where it is not known.
    var distanceMs: Double?
    /// `--consumer-property`, by name.
    var properties: [String: String] = [:]
  }

  init(_ study: Study, load: Load = Load()) {
    self.study = study
    self.load = load
    assignors = study.points.compactMap { $0.label("assignor") }.reduce(into: []) { found, name in
      if !found.contains(name) { found.append(name) }
    }
    let detection = Detection(study, distanceMs: load.distanceMs)
    self.detection = detection
    contests = Self.comparisons(study, assignors, detection).corrected()
  }

  let detection: Detection

  var section: ReportSection {
    var section = ReportSection(
      title: "Consumer groups that change", question: study.question, paragraphs: [settings])
    section.answerPoints = answer
    section.tables = [table]
    section.plots = [pausePlot].compactMap { $0 }
    section.parts = [
      ReportSection(
        title: "How it was measured", paragraphs: [method], points: study.notes, isFolded: true)
    ]
    return section
  }

  // MARK: Points

  static let pauses = ["partition pause", "member pause"]
  /// Of a pause that the window cut off.
  static let open = "partition pause, at least"

  func point(_ assignor: String, _ event: String) -> StudyPoint? {
    study.points.first { $0.label("assignor") == assignor && $0.label("event") == event }
  }

  /// A sample an event; none where a pause was cut off in some event: what is left would be the
  /// shorter ones.
  static func samples(_ point: StudyPoint?, _ figure: String) -> [Double] {
    guard let point, point.figure(open) == nil else { return [] }
    return point.figure(figure)?.samples.filter(\.isFinite) ?? []
  }

  /// From what length on a pause is more than the load's own gaps.
  struct Detection {
    /// By figure, in milliseconds.
    private(set) var limits: [String: Double] = [:]
    /// The longest gap of a partition in a stretch without an event: the median of the stretches.
    private(set) var quietMs: Double?
    private(set) var stretches = 0

    init(_ study: Study, distanceMs: Double?) {
      let quiet = study.points.filter { $0.label("event") == GroupEventKind.quiet.rawValue }
      for figure in GroupsSection.pauses + ["group pause"] {
        let gaps = Summary(quiet.flatMap { $0.figure(figure)?.samples ?? [] }.filter(\.isFinite))
        // A group reads more than a partition of it: the distance is the partition's alone.
        let least = figure == GroupsSection.pauses[0] ? distanceMs ?? 0 : 0
        guard let longest = [gaps?.median, least > 0 ? least : nil].compactMap({ $0 }).max() else {
          continue
        }
        limits[figure] = 2 * longest
        if figure == GroupsSection.pauses[0] {
          quietMs = gaps?.median
          stretches = gaps?.count ?? 0
        }
      }
    }

    func isBelow(_ value: Double, _ figure: String) -> Bool {
      limits[figure].map { value <= $0 } ?? false
    }

    /// At least what can be told from the load's own gaps; of counts at least one.
    func raised(_ value: Double, _ figure: String) -> Double { max(value, limits[figure] ?? 1) }
  }

  // MARK: Comparisons

  static func name(_ other: String, _ event: GroupEventKind, _ figure: String) -> String {
    "\(other) \(event.rawValue) \(figure)"
  }

  /// Every assignor beside the first, event by event of the same times.
  private static func comparisons(
    _ study: Study, _ assignors: [String], _ detection: Detection
  ) -> [String: Contest] {
    func point(_ assignor: String, _ event: GroupEventKind) -> StudyPoint? {
      study.points.first {
        $0.label("assignor") == assignor && $0.label("event") == event.rawValue
      }
    }
    guard let base = assignors.first else { return [:] }
    var contests: [String: Contest] = [:]
    for other in assignors.dropFirst() {
      for event in GroupEventKind.allCases {
        for figure in pauses + (event == .crash ? ["redelivered"] : []) {
          let pairs = pairs(point(other, event), point(base, event), figure)
          let isSeen = pairs.contains { pair in
            !detection.isBelow(pair.0, figure) || !detection.isBelow(pair.1, figure)
          }
          guard isSeen else { continue }
          contests[name(other, event, figure)] = Contest(
            logarithms: pairs.map { pair in
              log(detection.raised(pair.0, figure) / detection.raised(pair.1, figure))
            })
        }
      }
    }
    return contests
  }

  /// What two assignors had at the same events: those at the same time of the same repetition.
  private static func pairs(_ one: StudyPoint?, _ other: StudyPoint?, _ figure: String)
    -> [(Double, Double)]
  {
    // The watch looks every few milliseconds, and later where the machine pauses.
    StudyPairs.values(
      (one, samples(one, figure)), (other, samples(other, figure)), tolerance: 0.5)
  }

  // MARK: Settings

  /// The setting of the members, in milliseconds.
  private func setting(_ name: String, before: Double) -> Double {
    let text = study.conditions?.first { $0.name == name }?.value ?? load.properties[name]
    return text.flatMap(Double.init) ?? before
  }

  private var settings: String {
    // The second values are those of runs that did not store them.
    let parts = [
      ("heartbeat.interval.ms", 3000.0), ("session.timeout.ms", 6000),
      ("auto.commit.interval.ms", 5000),
    ].map { name, before in
      "\(ReportText.code(name)) \(Self.time(setting(name, before: before)))"
    }
    var text = "Members' settings: \(parts.joined(separator: ", "))."
    if let distance = load.distanceMs {
      text += " Records of a partition are \(Numbers.readable(distance)) ms apart on average."
    }
    if let quiet = detection.quietMs, let limit = detection.limits[Self.pauses[0]] {
      text +=
        " Without an event the longest gap of a partition was \(Self.time(quiet)) (median of"
        + " \(detection.stretches) stretch\(detection.stretches == 1 ? "" : "es")): what is shorter"
        + " than twice that, \(Self.time(limit)), is \"below detection\"."
    }
    return text
  }

  private var method: String {
    let times =
      study.conditions == nil
      ? "events come at fixed times"
      : "events come at random times, drawn from the seed and the same for each assignor, that meet"
        + " every phase of heartbeats and commits alike"
    return "Records come at a fixed rate, whatever the group does, and each is verified; \(times)."
      + " A member joins, leaves (it commits and says so) or crashes (its connections end, nothing"
      + " is committed). A pause is the longest time without a record that the group had not had"
      + " before, from the event to the next one: of the group, of the slowest member that was"
      + " there all the time, of a partition. It contains the time until members hear of the"
      + " change: by their next heartbeat, and after a crash first by the session timeout. Values"
      + " are 20 % trimmed means over events, with their 95 % interval; ratios are those of pairs"
      + " of events of the same time, in which a pause below detection counts as its limit."
      + " End-to-end latency is that of partitions whose reader stayed the same, p99 where"
      + " at least 1,000 batches were read in each event."
  }

  // MARK: Words

  /// `1.31 s`, `64 ms`
  static func time(_ milliseconds: Double) -> String {
    milliseconds >= 999.5
      ? "\(Numbers.fixed(milliseconds / 1000, milliseconds < 9995 ? 2 : 1)) s"
      : "\(Numbers.readable(milliseconds)) ms"
  }
}
