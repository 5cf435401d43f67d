import LoadModel

/// A steady state, or the lack of one, in words.
enum SteadyText {
  static func name(_ quantity: SteadyState.Quantity) -> String {
    switch quantity {
    case .rate: "rate"
    case .batchSize: "batch size"
    case .backlog: "backlog"
    case .cpuPerGB: "CPU per GB"
    }
  }

  /// `rate and CPU per GB did not settle; backlog drifted while it was measured`; empty where
  /// nothing moved.
  static func reason(
    unsettled: [SteadyState.Quantity], drifted: [SteadyState.Quantity]
  ) -> String {
    var parts: [String] = []
    if !unsettled.isEmpty { parts.append("\(list(unsettled)) did not settle before measuring") }
    if !drifted.isEmpty { parts.append("\(list(drifted)) drifted while measured") }
    return parts.joined(separator: "; ")
  }

  /// Of one repetition: `steady after 2.1 s`, `not steady after 30 s: rate did not settle`.
  static func of(_ state: SteadyState) -> String {
    let seconds = Numbers.readable(state.warmupS)
    guard !state.isReached else { return "steady after \(seconds) s" }
    return "not steady after \(seconds) s: "
      + reason(unsettled: state.unsettled, drifted: state.drifted)
  }

  /// `rate`, `rate and backlog`, `rate, batch size and backlog`
  private static func list(_ quantities: [SteadyState.Quantity]) -> String {
    let names = quantities.map(name)
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " and " + last
  }
}
