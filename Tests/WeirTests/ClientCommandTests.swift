import KafkaClient
import Testing

@testable import weir

@Suite("commands of a client")
struct ClientCommandTests {
  private func arguments(_ command: Command, _ line: String) throws -> Arguments {
    let words = line.split(separator: " ").map(String.init)
    guard case .run(_, let arguments) = try CommandParser(commands: [command]).parse(words) else {
      throw CommandFailure("not a command: \(line)")
    }
    return arguments
  }

  @Test(
    "produce fails with each address, and how it failed, where no broker is reached",
    .timeLimit(.minutes(5)))
  func unreachable() async throws {
    // Ports that need privileges, so that no test's broker has them.
    let arguments = try self.arguments(
      ProduceCommand.command,
      "produce t1 --bootstrap 127.0.0.1:1,127.0.0.1:2 --request-timeout 500ms")
    do {
      _ = try await ProduceCommand.command.run(arguments)
      #expect(Bool(false), "it ended well")
    } catch ClientError.noBrokerReachable(let afterMs, let reasons) {
      #expect(afterMs == 500)
      try #require(reasons.count == 2, "\(reasons)")
      for (port, reason) in zip([1, 2], reasons) {
        #expect(reason.contains("127.0.0.1:\(port)") && reason.contains("refused"), "\(reason)")
      }
    }
  }

  @Test("consume resets an offset below the log's start to it, and fails above the log's end")
  func resets() throws {
    let config = try ConsumeCommand.config(arguments(ConsumeCommand.command, "consume t1"))
    #expect(config.autoOffsetReset == .earliest)
    #expect(config.failsAboveLogEnd)
  }
}
