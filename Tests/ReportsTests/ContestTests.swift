import Glibc
import LoadModel
import Statistics
import Testing

@testable import Reports

@Suite("Ratios of pairs of rounds")
struct ContestTests {
  private func point(_ samples: [Double]) -> StudyPoint {
    StudyPoint([], figures: [StudyFigure("rate", "MB/s", samples)])
  }

  private func contest(_ ratios: [Double]) throws -> Contest {
    try #require(Contest(logarithms: ratios.map { log($0) }))
  }

  @Test("the ratio is that of the rounds, with SciPy's interval of the trimmed mean")
  func ratio() throws {
    // trim_mean, winsorize and t.interval of the logarithms: 0.6883333 (0.6424693 … 0.7341974).
    let logarithms = [0.69, 0.71, 0.64, 0.75, 0.7, 0.2, 0.66, 0.73]
    let base = [100.0, 90, 120, 80, 100, 100, 70, 100]
    let found = try #require(
      Contest(point(zip(base, logarithms).map { $0 * exp($1) }), point(base), "rate"))
    #expect(abs(found.factor - exp(0.6883333333333335)) < 1e-9)
    #expect(abs(try #require(found.interval).low - exp(0.6424692737663671)) < 1e-9)
    #expect(abs(try #require(found.interval).high - exp(0.7341973929002998)) < 1e-9)
    #expect(abs(try #require(found.probability) - 2.204925452404156e-07) < 1e-13)
    #expect(found.text == "1.99× (1.90–2.08)")
  }

  @Test("a contest claims nothing before it was corrected together with the others")
  func uncorrected() throws {
    let clear = try contest([2, 2.1, 1.9, 2, 2.05, 1.95])
    #expect(!clear.isShown && !clear.isMore && clear.adjusted == nil)
    let shown = try #require(["a": clear].corrected()["a"])
    #expect(shown.isMore && !shown.isLess && shown.doubt == nil)
  }

  @Test("what one of twenty contests shows by chance is not claimed (Holm)")
  func holm() throws {
    // Probability 0.02 alone.
    let lucky = try contest([1.1, 1.3, 1.15, 1.05, 1.4, 1.2])
    let alone = try #require(lucky.probability)
    #expect((0.005..<0.05).contains(alone))
    #expect(try #require([0: lucky].corrected()[0]).isMore)
    var many = Dictionary(
      uniqueKeysWithValues: try (1..<20).map { ($0, try contest([0.9, 1.1, 1, 0.95, 1.06])) })
    many[0] = lucky
    let corrected = try #require(many.corrected()[0])
    #expect(abs(try #require(corrected.adjusted) - 20 * alone) < 1e-12)
    #expect(!corrected.isShown && corrected.doubt == "no difference shown")
  }

  @Test("of equal things something is claimed in at most one report of twenty")
  func falseClaims() throws {
    var random = SeededRandom(seed: 12)
    func normal() -> Double {
      (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &random) }
    }
    var reports = 0
    for _ in 0..<400 {
      let contests = try (0..<16).map { index in
        (index, try #require(Contest(logarithms: (0..<6).map { _ in 0.2 * normal() })))
      }
      let claims = Dictionary(uniqueKeysWithValues: contests).corrected().values
      reports += claims.contains(where: \.isShown) ? 1 : 0
    }
    // 5 % of 400, and three standard deviations.
    #expect(reports <= 33, "\(reports)")
  }

  @Test("two rounds have no interval, whatever they agree on")
  func few() throws {
    let two = try #require([0: contest([2, 2])].corrected()[0])
    #expect(two.interval == nil && !two.isShown && two.text == "2.00×")
    #expect(two.doubt == "2 rounds are too few (three are needed)")
    #expect(two.roundsNeeded(toShow: 1.1) == nil)
    #expect(try contest([1.5]).doubt == "1 round is too few (three are needed)")
  }

  @Test("a difference below 5 %, or below what identical cases differ by, is not claimed")
  func small() throws {
    let small = try contest([1.03, 1.031, 1.029, 1.03])
    #expect(try #require([0: small].corrected()[0]).doubt == "too small to claim")
    let noisy = try contest([1.10, 1.101, 1.099, 1.10])
    #expect(try #require([0: noisy].corrected()[0]).isMore)
    let floor = try #require([0: noisy].corrected { _ in log(1.12) }[0])
    #expect(!floor.isShown && floor.doubt == "within the noise of this run")
  }

  @Test("the rounds that are proposed grow with the scatter and with the contests")
  func needed() throws {
    let calm = try contest([1.01, 0.99, 1.02, 0.98, 1, 1])
    let wild = try contest([1.2, 0.8, 1.3, 0.75, 1, 1.1])
    let few = try #require(calm.roundsNeeded(toShow: 1.1))
    let many = try #require(wild.roundsNeeded(toShow: 1.1))
    #expect(few < 8 && many > 30)
    let family = Dictionary(uniqueKeysWithValues: (0..<16).map { ($0, wild) }).corrected()
    #expect(try #require(family[0]?.roundsNeeded(toShow: 1.1)) > many)
  }

  @Test("rounds that lack one of both make no pair; points whose rounds are not known make none")
  func pairs() throws {
    let found = try #require(Contest([1: 10, 2: 20, 3: 0, 5: 7], to: [1: 5, 2: 10, 3: 4, 4: 9]))
    #expect(found.rounds == 2 && abs(found.factor - 2) < 1e-12)
    #expect(Contest([1: 10], to: [2: 5]) == nil)
    #expect(Contest(point([1, 2]), point([1, 2, 3]), "rate") == nil)
    #expect(Contest(point([1, 2]), nil, "rate") == nil)
  }
}
