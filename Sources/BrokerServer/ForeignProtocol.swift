/// The protocol of a peer that does not speak Kafka's, by the four bytes in the place of a
/// request's size. Each of these sizes is above 300 MB.
enum ForeignProtocol {
  /// In words, with what to do; nil where it is none that is known.
  static func named(by size: Int32) -> String? {
    let bytes = (0..<4).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * $0)) }
    // The record type handshake, then SSL 3.0 or any TLS.
    if bytes[0] == 0x16, bytes[1] == 3 {
      return "a TLS handshake, and the listener has no TLS; a client needs"
        + " security.protocol=PLAINTEXT"
    }
    let start = String(decoding: bytes, as: UTF8.self)
    guard let method = methods.first(where: { $0.hasPrefix(start) || start == $0 + " " }) else {
      return nil
    }
    return "an HTTP request (\(method)), and the listener speaks Kafka's protocol alone"
  }

  /// `PRI ` begins a connection of HTTP/2.
  private static let methods = [
    "GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE", "PRI",
  ]
}
