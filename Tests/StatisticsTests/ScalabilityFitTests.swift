import Statistics
import Testing

@Suite("The universal scalability law")
struct ScalabilityFitTests {
  private func points(_ pairs: [(Double, Double)]) -> [ScalabilityFit.Point] {
    pairs.map { ScalabilityFit.Point(size: $0.0, throughput: $0.1) }
  }

  @Test("the same parameters as SciPy's bounded least squares finds")
  func oracle() throws {
    let fit = try #require(
      ScalabilityFit(
        points([(1, 955), (2, 1878), (4, 3548), (8, 6531), (16, 9897), (32, 11420)])))
    #expect(abs(fit.rate / 954.572142 - 1) < 1e-6)
    #expect(abs(fit.contention / 0.0169323972 - 1) < 1e-5)
    #expect(abs(fit.coherency / 0.00116310364 - 1) < 1e-5)
    let expected = [0.00044822, 0.00263122, -0.01061728, 0.01229741, -0.00653162, 0.00145619]
    for (residual, right) in zip(fit.residuals, expected) { #expect(abs(residual - right) < 1e-6) }
    let peak = try #require(fit.peakSize)
    #expect(peak > 29 && peak < 30)
  }

  @Test("sizes over four powers of ten")
  func partitions() throws {
    let fit = try #require(
      ScalabilityFit(
        points([(1, 1850), (10, 1900), (100, 1750), (1000, 1500), (5000, 900), (10000, 520)])))
    #expect(abs(fit.rate / 1853.72602 - 1) < 1e-4)
    #expect(abs(fit.contention / 0.995517777 - 1) < 1e-4)
    #expect(!fit.fits(within: 0.02))
  }

  @Test("a law's own points come back whole, with parameters that are 0 as well")
  func exact() throws {
    for (contention, coherency) in [(0.0, 0.0), (0.05, 0), (0, 0.001), (0.2, 0.0004)] {
      let law = [1.0, 2, 4, 8, 16].map { size in
        (size, 500 * size / (1 + contention * (size - 1) + coherency * size * (size - 1)))
      }
      let fit = try #require(ScalabilityFit(points(law)))
      #expect(abs(fit.rate - 500) < 1e-6)
      #expect(abs(fit.contention - contention) < 1e-9)
      #expect(abs(fit.coherency - coherency) < 1e-9)
      #expect(fit.worstResidual < 1e-9)
      #expect((fit.peakSize == nil) == (fit.coherency == 0))
    }
  }

  @Test("more than linear cannot be this law: the residuals say so, no parameter is negative")
  func superlinear() throws {
    let fit = try #require(ScalabilityFit(points([(1, 100), (2, 250), (4, 700), (8, 2000)])))
    #expect(fit.contention >= 0 && fit.coherency >= 0)
    #expect(!fit.fits(within: 0.1))
  }

  @Test("three sizes fit any law, and so give none")
  func tooFew() {
    #expect(ScalabilityFit(points([(1, 1), (2, 2), (4, 4), (4, 4.1)])) == nil)
    #expect(ScalabilityFit(points([(1, 1), (2, 2), (4, 0), (8, 4)])) == nil)
    #expect(ScalabilityFit(points([(0, 1), (2, 2), (4, 4), (8, 4)])) == nil)
  }
}
