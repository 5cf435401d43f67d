extension Array where Element == UInt8 {
  /// These bytes, in place. Safe: a byte has no padding that could be read uninitialised.
  @inlinable
  public var rawSpan: RawSpan {
    @_lifetime(borrow self)
    borrowing get { unsafe span.bytes }
  }
}

extension Array where Element == UInt8 {
  /// A copy of these bytes.
  public init(copying bytes: RawSpan) {
    self = unsafe bytes.withUnsafeBytes { unsafe Array($0) }
  }
}

extension MutableSpan where Element == UInt8 {
  /// These bytes, to be read. Safe: a byte has no padding that could be read uninitialised.
  @inlinable
  public var rawSpan: RawSpan {
    @_lifetime(borrow self)
    borrowing get { unsafe bytes }
  }
}

extension MutableSpan where Element == UInt8 {
  /// These bytes, to be written. Safe: whatever is written, each is a byte.
  @inlinable
  public var mutableRawSpan: MutableRawSpan {
    @_lifetime(&self)
    mutating get { unsafe mutableBytes }
  }
}
