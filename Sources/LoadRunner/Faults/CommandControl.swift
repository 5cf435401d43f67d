import Foundation
import LoadModel

/// The user's own command, with `{action}` and `{node}` in it: `--broker-control`.
struct CommandControl: BrokerControl {
  let template: String
  /// Kafka takes some seconds to start again after a kill.
  var timeoutSeconds = 60.0

  func command(_ action: Fault.Action, node: Int32) -> String? {
    template.replacingOccurrences(of: "{action}", with: action.rawValue)
      .replacingOccurrences(of: "{node}", with: "\(node)")
  }

  func perform(_ action: Fault.Action, node: Int32) throws(RunError) {
    let text = command(action, node: node) ?? template
    let what = "--broker-control: \(action.rawValue) of node \(node): \"\(text)\""
    let ended = try ShellCommand.run(text, timeoutSeconds: timeoutSeconds)
    let said = ended.output.isEmpty ? "; it said nothing" : "; it said: \(ended.output)"
    switch ended.ending {
    case .exited(0): return
    case .exited(let code): throw .target("\(what) ended with exit code \(code)\(said)")
    case .signalled(let number): throw .target("\(what) was ended by signal \(number)\(said)")
    case .timedOut:
      throw .target(
        "\(what) did not end within \(ValueText.plain(timeoutSeconds)) s and was ended\(said)")
    }
  }
}
