import EventLoop
import Foundation
import Glibc
import Synchronization

/// Questions to a broker in a process of its own, by its standard input, and its answers, by its
/// standard output: `counts`, answered with what its loops counted. A line each.
///
/// - Isolation: any thread; one question at a time.
final class ChildConversation: Sendable {
  /// For the child; it is closed here once the child has it.
  private let input: FileHandle
  private let output = Pipe()
  private let question: Int32
  private let state = Mutex(State())

  private struct State {
    var received: [UInt8] = []
    var answersCounts = false
    var isOver = false
  }

  /// It said that it answers; others may be older, or not ours.
  var answersCounts: Bool { state.withLock { $0.answersCounts } }
  /// It closed its output: it ends, or has ended.
  var isOver: Bool { state.withLock { $0.isOver } }

  /// How long a whole answer may take: a loop that is at work for longer is not asked again.
  private static let patienceMs: Int32 = 10_000

  /// - Throws: `.load` where no socket is to be had.
  init() throws(RunError) {
    var pair = [Int32](repeating: -1, count: 2)
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard unsafe socketpair(AF_UNIX, kind, 0, &pair) == 0 else {
      throw .load("no socket to a broker's process: \(BenchmarkRun.words(errno))")
    }
    question = pair[0]
    input = FileHandle(fileDescriptor: pair[1], closeOnDealloc: true)
  }

  deinit { close(question) }

  /// Starts a process whose standard input and output are this conversation's.
  func start(_ process: Process) throws {
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    try? input.close()
    try? output.fileHandleForWriting.close()
  }

  /// The child's first line, which names its address.
  ///
  /// - Returns: Nil where it ended first, or said nothing in time.
  func firstLine(withinMs ms: Int32) -> String? {
    state.withLock { state in
      let line = line(withinMs: ms, &state)
      state.answersCounts = line?.contains(BrokerCountsAnswer.sign) ?? false
      return line
    }
  }

  /// What its loops counted and what its process used since its start, the latter nil where an
  /// older broker does not tell; nil where it tells nothing.
  func answer() -> (traffic: TrafficCounts, cpu: CPUSeconds?)? {
    state.withLock { state in
      guard state.answersCounts else { return nil }
      guard let line = reply(to: BrokerCountsAnswer.question, &state),
        let counts = TrafficCounts(text: line)
      else {
        // A late answer would be taken for that of the next question.
        state.answersCounts = false
        return nil
      }
      return (counts, BrokerCountsAnswer.cpu(in: line))
    }
  }

  /// Sends a line and waits for the one that answers it.
  ///
  /// - Returns: Nil where the child ended, or did not answer in time.
  func reply(to question: String) -> String? {
    state.withLock { reply(to: question, &$0) }
  }

  private func reply(to question: String, _ state: inout State) -> String? {
    let bytes = Array((question + "\n").utf8)
    let sent = unsafe send(self.question, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    return sent == bytes.count ? line(withinMs: Self.patienceMs, &state) : nil
  }

  private func line(withinMs ms: Int32, _ state: inout State) -> String? {
    let descriptor = output.fileHandleForReading.fileDescriptor
    let end = EventLoop.currentTime.nanoseconds + Int64(ms) * 1_000_000
    var chunk = [UInt8](repeating: 0, count: 512)
    while true {
      if let newline = state.received.firstIndex(of: UInt8(ascii: "\n")) {
        defer { state.received.removeSubrange(...newline) }
        return String(decoding: state.received[..<newline], as: UTF8.self)
      }
      let left = (end - EventLoop.currentTime.nanoseconds) / 1_000_000
      guard left > 0 else { return nil }
      var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = unsafe Glibc.poll(&poll, 1, Int32(left))
      if ready < 0, errno == EINTR { continue }
      guard ready > 0 else { return nil }
      let count = unsafe read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      state.isOver = count == 0
      guard count > 0 else { return nil }
      state.received += chunk[..<count]
    }
  }
}

/// What a broker's process and the one that started it say to each other.
public enum BrokerCountsAnswer {
  /// In the broker's first line, where its standard input is a socket.
  public static let sign = "(answers counts)"
  public static let question = "counts"

  private static let names = (all: "cpuNanos", user: "cpuUserNanos", system: "cpuSystemNanos")

  /// The line that answers.
  public static func text(_ traffic: TrafficCounts, _ cpu: ThreadCPUTime) -> String {
    "\(traffic.text) \(names.all)=\(cpu.totalNanos) \(names.user)=\(cpu.userNanos)"
      + " \(names.system)=\(cpu.systemNanos)"
  }

  static func cpu(in line: String) -> CPUSeconds? {
    var found: [Substring: Int64] = [:]
    for word in line.split(separator: " ") {
      let parts = word.split(separator: "=")
      if parts.count == 2 { found[parts[0]] = Int64(parts[1]) }
    }
    guard let all = found[names.all[...]], let user = found[names.user[...]],
      let system = found[names.system[...]]
    else { return nil }
    return CPUSeconds(ThreadCPUTime(userNanos: user, systemNanos: system, totalNanos: all))
  }
}
