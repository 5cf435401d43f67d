import Foundation

/// Standard output and standard error of the program.
enum Console {
  static func print(_ text: String, terminator: String = "\n") {
    FileHandle.standardOutput.write(Data((text + terminator).utf8))
  }

  /// - Returns: False when whoever read the output is gone.
  static func write(_ bytes: [UInt8]) -> Bool {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(bytes))
      return true
    } catch {
      return false
    }
  }

  /// A message about what went wrong; standard output stays clean for pipes.
  static func complain(_ text: String, terminator: String = "\n") {
    FileHandle.standardError.write(Data((text + terminator).utf8))
  }
}
