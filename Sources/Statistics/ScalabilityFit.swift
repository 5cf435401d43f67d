/// The universal scalability law: throughput at size N is
/// `rate × N / (1 + contention × (N − 1) + coherency × N × (N − 1))`.
///
/// Throughput by N is divided through, so that the law's reciprocal is linear in its three
/// parameters, and what is made least is the sum of squares of `measured / fitted − 1`: every point
/// counts by its relative error, a size of 10,000 no more than a size of 1. No parameter may be
/// negative; that is settled exactly, by trying each set of those that are 0.
///
/// - Source: Gunther, Guerrilla Capacity Planning (2007), chapters 4 to 6.
public struct ScalabilityFit: Codable, Sendable, Equatable {
  /// One measured size: N and its throughput, in any unit.
  public struct Point: Codable, Sendable, Equatable {
    public var size: Double
    public var throughput: Double

    public init(size: Double, throughput: Double) {
      self.size = size
      self.throughput = throughput
    }
  }

  /// Throughput of one, if it were alone: λ, in the unit of the points.
  public var rate: Double
  /// The share of the work that takes turns: σ, from 0.
  public var contention: Double
  /// The cost of each pair that must agree: κ, from 0.
  public var coherency: Double
  /// `measured / fitted − 1` of each point, in the order of the points.
  public var residuals: [Double]

  /// - Returns: Nil with fewer than four different sizes (three parameters fit any three points),
  ///   or where a size is below 1 or a throughput is not above 0.
  public init?(_ points: [Point]) {
    guard Set(points.map(\.size)).count >= 4,
      points.allSatisfy({
        $0.size >= 1 && $0.size.isFinite && $0.throughput > 0 && $0.throughput.isFinite
      })
    else { return nil }
    var best: (terms: [Double], error: Double)?
    for free in [[0], [0, 1], [0, 2], [0, 1, 2]] {
      guard let terms = Self.leastSquares(points, free: free), terms[0] > 0,
        terms.allSatisfy({ $0 >= 0 })
      else { continue }
      let error = points.map { Self.residual($0, terms) }.reduce(0) { $0 + $1 * $1 }
      if best.map({ error < $0.error }) ?? true { best = (terms, error) }
    }
    guard let terms = best?.terms else { return nil }
    rate = 1 / terms[0]
    contention = terms[1] / terms[0]
    coherency = terms[2] / terms[0]
    residuals = points.map { Self.residual($0, terms) }
  }

  /// The law's throughput at a size.
  public func throughput(at size: Double) -> Double {
    rate * size / (1 + contention * (size - 1) + coherency * size * (size - 1))
  }

  /// The size beyond which more gives less; nil where the law has no such size.
  public var peakSize: Double? {
    guard coherency > 0, contention < 1 else { return nil }
    return ((1 - contention) / coherency).squareRoot()
  }

  /// The largest residual, either way.
  public var worstResidual: Double { residuals.map(abs).max() ?? 0 }

  /// A share of the work above all of it means nothing: the law bends the other way.
  public var isMeaningful: Bool { contention <= 1 }

  /// No point lies farther from the law than `tolerance`, a share of the fitted value.
  public func fits(within tolerance: Double) -> Bool { worstResidual <= tolerance }

  // MARK: Least squares

  /// What a point's row holds: throughput / N × (1, N − 1, N (N − 1)); its right side is 1.
  private static func row(_ point: Point) -> [Double] {
    let share = point.throughput / point.size
    return [share, share * (point.size - 1), share * point.size * (point.size - 1)]
  }

  private static func residual(_ point: Point, _ terms: [Double]) -> Double {
    zip(row(point), terms).reduce(0) { $0 + $1.0 * $1.1 } - 1
  }

  /// Solves for the terms in `free`, the others being 0; nil where they cannot be told apart.
  private static func leastSquares(_ points: [Point], free: [Int]) -> [Double]? {
    let rows = points.map { point in
      let all = row(point)
      return free.map { all[$0] }
    }
    // Columns differ by many powers of ten: scaled, the normal equations stay solvable.
    let scales = free.indices.map { column in
      rows.reduce(0) { $0 + $1[column] * $1[column] }.squareRoot()
    }
    guard scales.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    var system = free.indices.map { left in
      free.indices.map { right in
        rows.reduce(0) { $0 + $1[left] * $1[right] } / (scales[left] * scales[right])
      } + [rows.reduce(0) { $0 + $1[left] } / scales[left]]
    }
    guard let solved = solve(&system) else { return nil }
    var terms = [0.0, 0.0, 0.0]
    for (column, term) in free.enumerated() { terms[term] = solved[column] / scales[column] }
    return terms
  }

  /// Gauss's elimination with the largest pivot; the last column is the right side.
  private static func solve(_ system: inout [[Double]]) -> [Double]? {
    let count = system.count
    for column in 0..<count {
      guard
        let pivot = (column..<count).max(by: {
          abs(system[$0][column]) < abs(system[$1][column])
        }), abs(system[pivot][column]) > 1e-12
      else { return nil }
      system.swapAt(column, pivot)
      for row in 0..<count where row != column {
        let factor = system[row][column] / system[column][column]
        for place in column...count { system[row][place] -= factor * system[column][place] }
      }
    }
    return system.indices.map { system[$0][count] / system[$0][$0] }
  }
}
