import Observability

/// `--log-level`, of every command that runs a broker or a load.
enum LogLevelOption {
  static let option = Option<LogLevel>(
    "log-level", "LEVEL",
    "which lines are written to standard error: error, warning, info, debug, trace; or off",
    default: .warning
  ) { text throws(ValueError) in
    guard let level = LogLevel(name: text) else {
      throw ValueError(allowed: "error, warning, info, debug, trace or off")
    }
    return level
  }

  /// From here on this process, and the brokers that it starts, write lines of that level.
  static func apply(_ arguments: Arguments) {
    LogSettings.shared.setLevel(arguments[option])
  }
}
