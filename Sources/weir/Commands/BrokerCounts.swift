import BrokerServer
import EventLoop
import Foundation
import Glibc
import LoadRunner

/// Tells the process that started this broker what its loops counted, as often as it asks: each
/// line `counts` on standard input is answered by one on standard output.
enum BrokerCounts {
  /// Only a socket is asked by: a terminal or a pipe is nobody's question.
  static var isAsked: Bool {
    var status = stat()
    return unsafe fstat(STDIN_FILENO, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
  }

  /// Until standard input ends.
  static func answer(of broker: RunningBroker) {
    let thread = Thread {
      while let line = readLine() {
        guard line == BrokerCountsAnswer.question else { continue }
        Console.print(BrokerCountsAnswer.text(broker.traffic(), ThreadCPUTime.ofThisProcess()))
      }
    }
    thread.stackSize = 128 * 1024
    thread.start()
  }
}
