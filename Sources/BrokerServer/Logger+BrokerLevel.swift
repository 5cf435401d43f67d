import BrokerCore
import Observability

extension Logger {
  /// A line of the broker's core.
  func log(_ level: BrokerLogLevel, _ message: String) {
    switch level {
    case .debug: debug(message)
    case .info: info(message)
    case .warning: warning(message)
    case .error: error(message)
    }
  }
}
