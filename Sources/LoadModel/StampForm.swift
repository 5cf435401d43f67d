/// Where a record carries its stamp, and in how many bytes.
public enum StampForm: Sendable, Equatable {
  /// In the first 32 bytes of the value.
  case full
  /// In the first 16 bytes of the value: short records.
  case compact
  /// In a header of 32 bytes: values that are somebody's own, and those under 16 bytes.
  case header

  public static let fullSize = 32
  public static let compactSize = 16
  /// The header's key.
  public static let headerKey = "weir"

  /// The form for values of this size.
  public init(recordSize: Int, isPayloadFile: Bool = false) {
    if isPayloadFile || recordSize < Self.compactSize {
      self = .header
    } else {
      self = recordSize < Self.fullSize ? .compact : .full
    }
  }

  /// Bytes of the value that the stamp takes.
  public var bytesInValue: Int {
    switch self {
    case .full: Self.fullSize
    case .compact: Self.compactSize
    case .header: 0
    }
  }
}
