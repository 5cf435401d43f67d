import EventLoop
import Glibc
import LoadModel
import Transport

extension FaultRunner {
  /// How long the second Ctrl-C waits for a command that is under way.
  private static let hurrySeconds = 5.0

  /// Undoes the faults whose time is over.
  func undoDue(nowNanos now: Int64) {
    while let open = claim({ $0.dueNanos.map { $0 <= now } ?? false }) {
      do throws(RunError) { try undo(open) } catch {
        // It is tried once more when all is restored.
        release(open)
        fail("undoing the planted fault \"\(fault(of: open))\" failed: \(error)\(byHand(open))")
        return
      }
    }
  }

  /// Restores whatever is touched, the last first; says by name what could not be.
  func restoreAll() {
    while let open = claim({ _ in true }) {
      do throws(RunError) { try undo(open) } catch {
        let text = unrestored(open, error)
        state.withLock { state in
          state.records[open.index].failure = state.records[open.index].failure ?? text
          state.open.removeAll { $0.affected == open.affected }
        }
        fail(text)
      }
    }
  }

  /// For the second Ctrl-C: gives the commands and does not wait for what comes of them.
  func restoreAtOnce() {
    let end = EventLoop.currentTime.nanoseconds + Int64(Self.hurrySeconds * 1e9)
    state.withLock { $0.isEnding = true }
    while state.withLock({ $0.isCommanding }), EventLoop.currentTime.nanoseconds < end {
      usleep(5_000)
    }
    while let open = claim({ _ in true }) {
      Progress.write("\nweir: \(Self.words(open)); a third Ctrl-C leaves it as it is\n")
      do throws(RunError) { try command(open) } catch {
        Progress.write("weir: \(unrestored(open, error))\n")
      }
      state.withLock { state in state.open.removeAll { $0.affected == open.affected } }
    }
    for open in state.withLock({ $0.open }) {
      Progress.write("weir: \(Self.words(open)) was under way\(byHand(open))\n")
    }
  }

  /// `restarting node 2`
  private static func words(_ open: Open) -> String {
    switch (open.affected, open.undo) {
    case (.node(let node), .restart): "restarting node \(node)"
    case (.node(let node), _): "continuing node \(node)"
    case (.link(let name), _): "healing link \(name)"
    }
  }

  private func unrestored(_ open: Open, _ error: RunError) -> String {
    "\(Self.words(open)) failed: \(error)\(byHand(open))"
  }

  /// What a user can do where this could not.
  private func byHand(_ open: Open) -> String {
    guard case .node(let node) = open.affected,
      let text = control?.command(open.undo, node: node)
    else { return "" }
    return "; run by hand: \(text)"
  }

  private func fault(of open: Open) -> Fault {
    state.withLock { $0.records[open.index].fault }
  }

  // MARK: One

  /// Takes the last open one that is nobody else's.
  private func claim(_ isWanted: (Open) -> Bool) -> Open? {
    state.withLock { state in
      guard let place = state.open.lastIndex(where: { !$0.isUndoing && isWanted($0) }) else {
        return nil
      }
      state.open[place].isUndoing = true
      return state.open[place]
    }
  }

  private func release(_ open: Open) {
    state.withLock { state in
      for place in state.open.indices where state.open[place].affected == open.affected {
        (state.open[place].isUndoing, state.open[place].dueNanos) = (false, nil)
      }
    }
  }

  /// Gives the command that undoes it.
  private func command(_ open: Open) throws(RunError) {
    try commanding { () throws(RunError) in
      switch open.affected {
      case .node(let node): try control?.perform(open.undo, node: node)
      case .link(let name): try links?.heal(name)
      }
    }
    state.withLock { state in
      for place in state.open.indices where state.open[place].affected == open.affected {
        state.open[place].isCommanded = true
      }
    }
  }

  private func undo(_ open: Open) throws(RunError) {
    if !open.isCommanded { try command(open) }
    if case .node(let node) = open.affected { try awaitBack(node) }
    close(open.affected)
  }

  /// A fault of the timeline that starts a node again, or continues it.
  func bringBack(
    _ node: Int32, by action: Fault.Action, _ control: any BrokerControl
  ) throws(RunError) {
    if action == .restart, !state.withLock({ $0.isOpen(node, undo: .restart) }) {
      try commanding { () throws(RunError) in try control.perform(.kill, node: node) }
    }
    try commanding { () throws(RunError) in try control.perform(action, node: node) }
    try awaitBack(node)
    close(.node(node))
  }

  /// - Throws: `.target` where the node does not answer within the bound.
  private func awaitBack(_ node: Int32) throws(RunError) {
    guard let address = state.withLock({ $0.addresses[node] }) else { return }
    let end = EventLoop.currentTime.nanoseconds + Int64(bounds.backSeconds * 1e9)
    while NodeProbe.ask(address, seconds: 1) != .answers {
      guard EventLoop.currentTime.nanoseconds < end else {
        throw .target(
          "node \(node) at \(address) did not answer within"
            + " \(ValueText.plain(bounds.backSeconds)) s")
      }
      usleep(50_000)
    }
  }
}
