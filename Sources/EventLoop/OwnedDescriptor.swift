import Synchronization

/// A descriptor on its way between threads, closed unless someone takes it.
final class OwnedDescriptor: Sendable {
  private let value: Atomic<Int32>

  init(_ descriptor: Int32) { value = Atomic(descriptor) }

  /// The descriptor, to whoever asks first.
  func take() -> Int32? {
    let taken = value.exchange(-1, ordering: .acquiringAndReleasing)
    return taken >= 0 ? taken : nil
  }

  deinit {
    if let left = take() { SystemCalls.closeDescriptor(left) }
  }
}
