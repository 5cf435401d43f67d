/// How the records of a batch are compressed: the three low bits of its attributes.
///
/// - Source: KIP-98; KIP-110 (zstd); KIP-390 (levels).
public enum CompressionCodec: UInt8, Sendable, CaseIterable, Hashable {
  case none = 0
  case gzip = 1
  case snappy = 2
  case lz4 = 3
  case zstd = 4

  /// As `compression.type` spells it.
  public var name: String {
    switch self {
    case .none: "none"
    case .gzip: "gzip"
    case .snappy: "snappy"
    case .lz4: "lz4"
    case .zstd: "zstd"
    }
  }

  /// Reads a value of `compression.type`; `nil` for any other word, `producer` included.
  public init?(name: String) {
    guard let codec = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = codec
  }

  /// The levels that Kafka's `compression.<codec>.level` allows; `nil` where there are none.
  public var levels: ClosedRange<Int>? {
    switch self {
    case .none, .snappy: nil
    case .gzip: 1...9
    case .lz4: 1...17
    case .zstd: -131_072...22
    }
  }
}
