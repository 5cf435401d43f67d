import Foundation
import Glibc

/// How a signal handler tells the rest of the process, for the rest of the process: a byte in a
/// pipe, which is all that it may write, and a thread that reads it.
public enum SignalPipe {
  /// - Parameter heard: Called for each ring, on a thread of its own.
  /// - Returns: What the handler rings.
  public static func open(_ heard: @escaping @Sendable () -> Void) -> Int32 {
    let pipe = Pipe()
    let descriptor = pipe.fileHandleForWriting.fileDescriptor
    let thread = Thread {
      // The pipe's other end lives as long as the handler may write to it: it never ends.
      withExtendedLifetime(pipe) {
        while let bytes = try? pipe.fileHandleForReading.read(upToCount: 1), !bytes.isEmpty {
          heard()
        }
      }
    }
    thread.stackSize = 256 << 10
    thread.start()
    return descriptor
  }

  /// For a signal handler.
  ///
  /// - Returns: The thread will hear of it.
  public static func ring(_ descriptor: Int32) -> Bool {
    let code = errno
    defer { errno = code }
    var byte: UInt8 = 0
    return unsafe write(descriptor, &byte, 1) == 1
  }
}
