/// Something that belongs to one loop, so that letters to that loop can name it.
///
/// `@unchecked Sendable`: it is made, used and let go by letters to one loop alone, which run one
/// after the other on that loop's thread.
final class LoopBound<Value>: @unchecked Sendable {
  var value: Value?
  init() {}
}
