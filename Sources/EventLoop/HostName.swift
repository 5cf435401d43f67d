import Glibc

/// This machine's name, for clients on other machines.
public enum HostName {
  /// The canonical name; nil where the resolver gives it no address of this machine, so that
  /// no client could connect to it.
  ///
  /// Asks the system's resolver, which may take seconds: never on a loop that serves.
  public static func canonical() -> String? {
    var characters = [CChar](repeating: 0, count: 256)
    guard unsafe gethostname(&characters, characters.count - 1) == 0 else { return nil }
    let name = SocketAddress.text(characters)
    guard !name.isEmpty, SocketAddress.resolve(name, port: 0).contains(where: isLocal) else {
      return nil
    }
    return SocketAddress.canonicalName(of: name) ?? name
  }

  /// A socket can be bound to the addresses of this machine alone.
  private static func isLocal(_ address: SocketAddress) -> Bool {
    let made = SystemCalls.makeSocket(family: address.family)
    guard made >= 0 else { return false }
    defer { SystemCalls.closeDescriptor(Int32(made)) }
    return SystemCalls.bindSocket(Int32(made), to: address) >= 0
  }
}
