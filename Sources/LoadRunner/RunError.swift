/// Why a run could not be made, in words for the user. The exit code is 1, save where it says 2.
public enum RunError: Error, Sendable, CustomStringConvertible {
  /// The broker that was to be started did not serve.
  case brokerFailed(String)
  /// The target cannot be reached or refuses what the run needs.
  case target(String)
  /// What was asked for makes no sense together (exit code 2).
  case usage(String)
  /// The load could not be carried on.
  case load(String)

  public var description: String {
    switch self {
    case .brokerFailed(let text), .target(let text), .usage(let text), .load(let text): text
    }
  }

  public var exitCode: Int32 {
    if case .usage = self { 2 } else { 1 }
  }
}
