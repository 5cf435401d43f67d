import Foundation
import Glibc
import LoadModel
import Testing
import Transport

@testable import LoadRunner

/// A relay between a client and a broker process of its own; the broker advertises the relay.
private final class RelayedBroker {
  let links: RelayProcess
  let broker: ChildBroker
  let address: NetworkAddress
  private let folder: Folder
  var log: String { folder.path + "/log" }

  init() throws {
    folder = try Folder()
    links = try RelayProcess(executable: weirBinary)
    address = try links.add(
      "client-1", listen: .freeLocalPort, target: nil)
    var properties = BenchTarget.brokerProperties(RunSettings())
    properties["advertised.listeners"] = "PLAINTEXT://\(address)"
    broker = try ChildBroker(
      executable: weirBinary, directory: folder.path + "/log", properties: properties,
      fetchPath: "sendfile")
    try links.aim("client-1", at: BenchTarget.address(broker.bootstrap))
  }

  deinit { broker.discard() }

  /// What `weir bench` finds through the relay.
  func measured(_ flags: [String: String]) throws -> RepetitionResult {
    try LoadRunnerTests.measured(
      ["bootstrap": address.description, "rate": "200", "linger-ms": "0", "record-size": "100B"]
        .merging(flags) { $1 })
  }
}

/// Whether a partition's log has a record.
private func hasRecords(_ directory: String) -> Bool {
  let files = FileManager.default.enumerator(atPath: directory)
  while let path = files?.nextObject() as? String {
    guard path.contains("/"), !path.hasPrefix("__"), path.hasSuffix(".log") else { continue }
    let attributes = try? FileManager.default.attributesOfItem(atPath: directory + "/" + path)
    if attributes?[.size] as? Int ?? 0 > 0 { return true }
  }
  return false
}

@Suite(.serialized) struct RelayTests {
  @Test("all bytes pass a relay unharmed, at full speed and in both directions")
  func whole() throws {
    let setup = try RelayedBroker()
    let result = try setup.measured([
      "rate": "max", "records": "100000", "record-size": "1KiB", "consumers": "1",
    ])
    #expect(result.failure == nil)
    #expect(result.verification?.acked == 100_000)
    #expect(result.verification?.received == 100_000)
    #expect(result.verification?.lost == 0)
  }

  @Test("a delay of 50 ms makes every acknowledgement 100 ms later, and no longer once healed")
  func delay() throws {
    let setup = try RelayedBroker()
    try setup.links.delay("client-1", ms: 50)
    let delayed = try setup.measured(["duration": "2s", "consumers": "0"])
    // The request is held back, and the answer: nothing can be quicker.
    let least = try #require(delayed.produceLatency?.minNs)
    #expect(least >= 100_000_000)
    #expect(delayed.verification?.lost == 0)
    try setup.links.heal("client-1")
    let healed = try setup.measured(["duration": "2s", "consumers": "0"])
    #expect(try #require(healed.produceLatency?.minNs) < least)
  }

  @Test("a cut link forwards nothing until it is healed, and then all that was sent meanwhile")
  func cut() throws {
    let setup = try RelayedBroker()
    let (links, log) = (setup.links, setup.log)
    let cutter = Thread {
      // Once the load runs: a machine may take its time until then.
      guard eventually({ hasRecords(log) }) else { return }
      try? links.cut("client-1")
      usleep(2_000_000)
      try? links.heal("client-1")
    }
    cutter.start()
    let result = try setup.measured(["duration": "6s", "consumers": "1"])
    #expect(result.failure == nil)
    #expect(result.verification?.lost == 0)
    #expect(result.verification?.acked == result.verification?.received)
    let silence = try #require(result.events?.longestSilence)
    #expect(silence.durationS >= 1.9 && silence.isOpen != true)
    #expect(result.events?.nodeLosses.isEmpty == true, "connections stay")
  }

  @Test("a relay that nobody asks any more has ended with the one that started it")
  func end() throws {
    let pid: Int32
    do {
      let links = try RelayProcess(executable: weirBinary)
      pid = links.pid
      #expect(kill(pid, 0) == 0)
    }
    #expect(eventually { kill(pid, 0) != 0 })
  }

  @Test("what a relay cannot do it refuses in words")
  func refusals() throws {
    let links = try RelayProcess(executable: weirBinary)
    let local = NetworkAddress.freeLocalPort
    let taken = try links.add("one", listen: local, target: local)
    func message(_ body: () throws(RunError) -> Void) -> String {
      do throws(RunError) { try body() } catch { return error.description }
      return ""
    }
    #expect(
      message { () throws(RunError) in try links.cut("two") }
        == "the relay: no link two; known: one")
    #expect(
      message { () throws(RunError) in _ = try links.add("one", listen: local, target: nil) }
        .contains("the link one is there already"))
    #expect(
      message { () throws(RunError) in _ = try links.add("two", listen: taken, target: nil) }
        .contains("the port is in use"))
    #expect(
      message { () throws(RunError) in try links.delay("one", ms: 60_001) }
        .contains("allowed: 0 to 60000 milliseconds"))
    links.stop()
    #expect(
      message { () throws(RunError) in try links.heal("one") }
        .contains("the relay's process is gone"))
  }

  @Test(
    "a request of a relay is read as it was written",
    arguments: [
      RelayRequest.link("a", NetworkAddress(host: "::1", port: 1), nil),
      .link(
        "a", NetworkAddress(host: "h", port: 0), NetworkAddress(host: "10.0.0.1", port: 65_535)),
      .target("a", NetworkAddress(host: "h", port: 9)), .cut("a-b"), .delay("x", ms: 50),
      .heal("1-2"),
    ])
  func text(request: RelayRequest) throws {
    #expect(try RelayRequest(request.text) == request)
  }

  @Test(
    "a request that is none is refused",
    arguments: ["", "cut", "cut a b", "delay a", "delay a -1", "delay a x", "link a b", "stop"])
  func noRequest(line: String) {
    #expect(throws: RunError.self) { try RelayRequest(line) }
  }
}
