import EventLoop
import Transport

/// Forwards the bytes of links, and cuts or delays them on request, on a loop of its own: what
/// `weir relay` runs.
public final class Relay: Sendable {
  private let thread: EventLoopThread
  private let links = LoopBound<[String: RelayLink<EventLoop>]>()

  /// - Throws: `.load` where the system makes no thread.
  public init() throws(RunError) {
    do throws(TransportError) { thread = try EventLoopThread(name: "weir-relay") } catch {
      throw .load("no thread for the relay: \(error)")
    }
  }

  deinit {
    let links = links
    thread.post { _ in links.value = nil }
    thread.stop()
    thread.join()
  }

  /// Does what a line asks for.
  ///
  /// - Returns: `ok`, `ok HOST:PORT` of a new link, `error TEXT`.
  public func answer(_ line: String) -> String {
    let request: RelayRequest
    do throws(RunError) { request = try RelayRequest(line) } catch { return "error \(error)" }
    let links = links
    return thread.call { loop in
      var all = links.value ?? [:]
      let answer = Self.perform(request, on: &all, loop)
      links.value = all
      return answer
    } ?? "error the relay has ended"
  }

  private static func perform(
    _ request: RelayRequest, on links: inout [String: RelayLink<EventLoop>], _ loop: EventLoop
  ) -> String {
    func act(_ name: String, _ body: (RelayLink<EventLoop>) -> Void) -> String {
      guard let link = links[name] else {
        let known = links.keys.sorted().joined(separator: ", ")
        return "error no link \(name); known: \(known.isEmpty ? "none" : known)"
      }
      body(link)
      return "ok"
    }
    switch request {
    case .link(let name, let address, let target):
      guard links[name] == nil else { return "error the link \(name) is there already" }
      let link = RelayLink(name, transport: loop)
      link.target = target
      do throws(TransportError) {
        let taken = try link.listen(on: address)
        links[name] = link
        return "ok \(taken)"
      } catch { return "error the link \(name) cannot listen on \(address): \(error)" }
    case .target(let name, let target): return act(name) { $0.target = target }
    case .cut(let name): return act(name) { $0.cut() }
    case .delay(let name, let ms): return act(name) { $0.delay(ms: ms) }
    case .heal(let name): return act(name) { $0.heal() }
    }
  }
}
