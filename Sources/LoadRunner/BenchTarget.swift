import BrokerCore
import BrokerServer
import CommitLog
import EventLoop
import FoundationEssentials
import Glibc
import KafkaClient
import LoadModel
import Transport

/// The broker, or brokers, under load, and what can be told of them.
final class BenchTarget {
  private enum Kind {
    case embedded(RunningBroker)
    case child(ChildBroker)
    /// A cluster that is not ours; the process id where the user named one of this machine.
    case cluster(pid: Int32?)
  }

  let bootstrap: [NetworkAddress]
  /// Where it keeps its log; nil for a cluster that is not ours.
  let dataDirectory: String?
  private let kind: Kind
  /// The kernel keeps a named process's peak from now on; where it is not ours to ask, what it had
  /// before would be in it.
  private var isPeakFresh = false

  /// Somebody else's: it may come back, or others may go on for one of its brokers.
  var isCluster: Bool {
    if case .cluster = kind { true } else { false }
  }

  private init(bootstrap: [NetworkAddress], kind: Kind, dataDirectory: String? = nil) {
    self.bootstrap = bootstrap
    self.kind = kind
    self.dataDirectory = dataDirectory
  }

  /// Starts what has to be started.
  ///
  /// - Parameter syncs: Counts what an embedded broker syncs; other processes do not tell.
  /// - Throws: `.brokerFailed`, `.usage` for an address that is none.
  static func start(
    _ settings: RunSettings, executable: String, dataDirectory: String, syncs: SyncCount? = nil
  ) throws(RunError) -> BenchTarget {
    switch settings.target {
    case .cluster(let addresses):
      var parsed: [NetworkAddress] = []
      for text in addresses { parsed.append(try address(text)) }
      return BenchTarget(bootstrap: parsed, kind: .cluster(pid: settings.brokerPid))
    case .embedded:
      let broker = try startEmbedded(settings, dataDirectory: dataDirectory, syncs: syncs)
      return BenchTarget(
        bootstrap: [try address(broker.bootstrapServer)], kind: .embedded(broker),
        dataDirectory: dataDirectory)
    case .process:
      let child = try ChildBroker(
        executable: executable, directory: dataDirectory,
        properties: brokerProperties(settings), fetchPath: settings.fetchPath)
      return BenchTarget(
        bootstrap: [try address(child.bootstrap)], kind: .child(child),
        dataDirectory: dataDirectory)
    }
  }

  private static func startEmbedded(
    _ settings: RunSettings, dataDirectory: String, syncs: SyncCount?
  ) throws(RunError) -> RunningBroker {
    var properties = brokerProperties(settings)
    properties["listeners"] = "PLAINTEXT://127.0.0.1:0"
    properties["log.dirs"] = dataDirectory
    let config: BrokerConfig
    do throws(ConfigError) { config = try BrokerConfig(properties: properties) } catch {
      throw .usage("--broker-property: \(error)")
    }
    do throws(BrokerStartError) {
      return try BrokerServer.start(
        config, fetchPath: settings.fetchPath == "copy" ? .copy : .sendfile,
        fileSystem: PosixFileSystem(syncs: syncs))
    } catch { throw .brokerFailed("the broker cannot start: \(error)") }
  }

  /// A broker that is measured deletes what is old at once, so that a run keeps its bounds.
  static func brokerProperties(_ settings: RunSettings) -> [String: String] {
    var properties = [
      "log.retention.check.interval.ms": "200",
      "log.segment.delete.delay.ms": "500",
      "auto.create.topics.enable": "false",
    ]
    if let loops = settings.brokerLoops { properties["num.network.threads"] = String(loops) }
    properties.merge(settings.brokerProperties) { $1 }
    return properties
  }

  static func address(_ text: String) throws(RunError) -> NetworkAddress {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...])
    else { throw .usage("\(text): not an address; allowed: HOST:PORT") }
    var host = String(text[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    return NetworkAddress(host: host, port: port)
  }

  /// User and system time so far; nil for a cluster that is not ours.
  func cpu() -> CPUSeconds? {
    switch kind {
    case .embedded(let broker): broker.cpuTime().seconds
    case .child(let child): ProcessFacts.cpu(of: child.pid)
    case .cluster(let pid): pid.flatMap { ProcessFacts.cpu(of: $0) }
    }
  }

  /// Nil where the broker is no process of its own on this machine.
  func residentBytes() -> Int64? {
    switch kind {
    case .embedded: nil
    case .child(let child): ProcessFacts.residentBytes(of: child.pid)
    case .cluster(let pid): pid.flatMap { ProcessFacts.residentBytes(of: $0) }
    }
  }

  /// Files and sockets that it has open; nil where it is no process of its own on this machine.
  func openFiles() -> Int? {
    switch kind {
    case .embedded: nil
    case .child(let child): OpenFiles.count(of: child.pid)
    case .cluster(let pid): pid.flatMap { OpenFiles.count(of: $0) }
    }
  }

  /// Lets the kernel keep the peak of the broker's process anew.
  func forgetResidentPeak() {
    switch kind {
    case .embedded, .cluster(nil): isPeakFresh = false
    case .child(let child): isPeakFresh = ProcessFacts.forgetResidentPeak(of: child.pid)
    case .cluster(let pid?): isPeakFresh = ProcessFacts.forgetResidentPeak(of: pid)
    }
  }

  /// The most that it has had since; nil where it is no process that the kernel tells it of.
  func residentPeakBytes() -> Int64? {
    guard isPeakFresh else { return nil }
    return switch kind {
    case .embedded, .cluster(nil): nil
    case .child(let child): ProcessFacts.residentPeakBytes(of: child.pid)
    case .cluster(let pid?): ProcessFacts.residentPeakBytes(of: pid)
    }
  }

  /// What the kernel counted of it so far, and a broker of ours itself; empty where it is not on
  /// this machine.
  func counts() -> CountsByThread {
    switch kind {
    case .embedded(let broker):
      KernelCounts.adding(broker.traffic(), to: KernelCounts.ofThreads(broker.threadIDs))
    case .child(let child):
      KernelCounts.adding(child.traffic(), to: KernelCounts.ofProcess(child.pid))
    case .cluster(let pid): pid.map { KernelCounts.ofProcess($0) } ?? [:]
    }
  }

  /// What its loops sent and received so far; nil where it is not ours, or does not tell.
  func traffic() -> TrafficCounts? {
    switch kind {
    case .embedded(let broker): broker.traffic()
    case .child(let child): child.traffic()
    case .cluster: nil
    }
  }

  /// How our broker's process ended; nil where it did not.
  var ending: String? {
    if case .child(let child) = kind { child.ending } else { nil }
  }

  /// Our broker is gone although nobody stopped it.
  var hasEnded: Bool {
    if case .child(let child) = kind { !child.isRunning } else { false }
  }

  /// - Throws: `.target` where nobody is there any more: calls would only learn it by waiting.
  func refuseWhereGone() throws(RunError) {
    if hasEnded { throw .target("the broker has ended") }
    if case .embedded = kind { return }
    if let refusal = Reachability.refusal(of: bootstrap) {
      throw .target("\(refusal): the broker is gone")
    }
  }

  /// Gives a deleted topic's files the time that their deletion is delayed by.
  func awaitDeletion() {
    if case .cluster = kind { return }
    usleep(700_000)
  }

  /// Ends it without a care for its data, which nobody is going to read.
  func discard() {
    if case .child(let child) = kind { child.discard() } else { stop() }
  }

  /// - Parameter patienceSeconds: How long a process of its own may take to stop cleanly.
  func stop(patienceSeconds: Double = 10) {
    switch kind {
    case .embedded(let broker): broker.stop()
    case .child(let child): child.stop(patienceSeconds: patienceSeconds)
    case .cluster: break
    }
  }
}

extension ThreadCPUTime {
  var seconds: CPUSeconds {
    CPUSeconds(user: Double(userNanos) / 1e9, system: Double(systemNanos) / 1e9)
  }
}
