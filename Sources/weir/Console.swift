import Foundation
import Glibc

/// Standard output and standard error of the program.
enum Console {
  /// Prints a line; where that fails, the process ends with what went wrong.
  static func print(_ text: String, terminator: String = "\n") {
    if let failure = write(Array((text + terminator).utf8)) { fail(failure) }
  }

  /// - Returns: Why not all of it was written; nil where it was.
  static func write(_ bytes: [UInt8]) -> OutputFailure? { write(bytes, to: STDOUT_FILENO) }

  /// A message about what went wrong; standard output stays clean for pipes. Where nobody can be
  /// told, nobody is.
  static func complain(_ text: String, terminator: String = "\n") {
    _ = write(Array((text + terminator).utf8), to: STDERR_FILENO)
  }

  /// Ends the process: what it was asked to print cannot be printed.
  static func fail(_ failure: OutputFailure) -> Never {
    if !failure.isReaderGone { complain("weir: \(failure)") }
    exit(ExitCode.failure.rawValue)
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> OutputFailure? {
    var start = 0
    while start < bytes.count {
      let written = unsafe bytes.withUnsafeBytes { all in
        unsafe Glibc.write(descriptor, all.baseAddress! + start, all.count - start)
      }
      if written >= 0 {
        start += written
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        // Whoever gave us the descriptor made it non-blocking.
        var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&wanted, 1, -1)
      case let code: return OutputFailure(code: code)
      }
    }
    return nil
  }
}

/// Why output could not be written.
struct OutputFailure: Error, Equatable, CustomStringConvertible {
  /// The system's `errno`.
  let code: Int32

  /// Whoever read it has gone, which is no news to the one who ended it.
  var isReaderGone: Bool { code == EPIPE }

  var description: String {
    "cannot write the output: \(unsafe String(cString: strerror(code)))"
  }
}
