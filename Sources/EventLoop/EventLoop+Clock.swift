import Transport

extension EventLoop {
  /// The monotonic clock that all loops share, for threads without a loop.
  public static var currentTime: MonotonicTime { MonotonicTime(nanoseconds: SystemCalls.now()) }
}
