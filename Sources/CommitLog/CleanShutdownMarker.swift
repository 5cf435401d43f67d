/// `.kafka_cleanshutdown`: there after a clean stop, and only then.
///
/// JSON: `{"version":0,"brokerEpoch":12}`. Removed, durably, before the directory is used.
/// - Source: KIP-966; Apache Kafka `CleanShutdownFileHandler`.
enum CleanShutdownMarker {
  static let name = ".kafka_cleanshutdown"

  static func encoded(brokerEpoch: Int64) -> [UInt8] {
    Array("{\"version\":0,\"brokerEpoch\":\(brokerEpoch)}".utf8)
  }

  /// The epoch of the broker that stopped; -1 where the file does not tell (older ones are empty).
  static func brokerEpoch(in bytes: [UInt8]) -> Int64 {
    let text = String(decoding: bytes, as: UTF8.self)
    let parts = text.split(separator: "\"brokerEpoch\"")
    guard parts.count == 2 else { return -1 }
    let digits = parts[1].drop { $0 == ":" || $0 == " " }.prefix { $0.isNumber || $0 == "-" }
    return Int64(digits) ?? -1
  }
}
