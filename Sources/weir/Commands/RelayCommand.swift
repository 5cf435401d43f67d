import Foundation
import Glibc
import LoadRunner

/// `weir relay`: forwards bytes between clients and brokers, or between brokers, and cuts or delays
/// them on request.
enum RelayCommand {
  private static let link = Option<[Property]>.repeated(
    "link", "NAME=PORT:HOST:PORT",
    "listens on this port of 127.0.0.1 and forwards to HOST:PORT", parse: Values.property)
  private static let parent = Option<Int32?>.optional(
    "parent-pid", "PID", "ends when that process does; 0 is the one that started it",
    parse: Values.integer(0...Int32.max))

  static let command = Command(
    path: ["relay"],
    summary: "forwards the bytes of links, and cuts or delays them on request",
    discussion: """
      Reads requests from standard input, a line each: cut NAME, delay NAME MS, heal NAME, link NAME
      HOST:PORT HOST:PORT (one more link). Each is answered by a line: ok, or error and the reason.
      A broker whose link is to be cut advertises the relay's address (advertised.listeners).

      A cut link forwards nothing: connections stay, and what was sent meanwhile arrives once it is
      healed. A delay holds back every byte, in both directions.
      """,
    options: [link.declaration, parent.declaration],
    examples: ["weir relay --link client-1=29192:127.0.0.1:19192"],
    run: { arguments in try await run(arguments) })

  private static func run(_ arguments: Arguments) async throws -> ExitCode {
    let end = EndRequest(ignoringInterrupt: arguments[parent] != nil)
    if let parent = arguments[parent] { end.watch(parent: parent == 0 ? getppid() : parent) }
    let relay = try Relay()
    for one in arguments[link] { try add(one, to: relay) }
    Console.print("weir relay is serving \(arguments[link].count) links")
    // A parent that has gone has closed it; a relay of its own serves on without requests.
    let endsWithInput = arguments[parent] != nil
    let thread = Thread {
      while let line = readLine() { Console.print(relay.answer(line)) }
      if endsWithInput { exit(ExitCode.success.rawValue) }
    }
    thread.stackSize = 128 * 1024
    thread.start()
    await end.wait()
    return .success
  }

  private static func add(_ link: Property, to relay: Relay) throws {
    guard let colon = link.value.firstIndex(of: ":"), UInt16(link.value[..<colon]) != nil else {
      throw UsageError(
        message: "--link \(link.key)=\(link.value): not a link; allowed: NAME=PORT:HOST:PORT",
        command: "relay")
    }
    let target = link.value[link.value.index(after: colon)...]
    let answer = relay.answer("link \(link.key) 127.0.0.1:\(link.value[..<colon]) \(target)")
    guard answer.hasPrefix("ok") else {
      throw CommandFailure("--link \(link.key)=\(link.value): \(answer.dropFirst(6))")
    }
  }
}
