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
    /// A cluster that is not ours; the process ids that the user named, of this machine.
    case cluster(pids: [Int32])
  }

  let bootstrap: [NetworkAddress]
  /// Where it keeps its log; nil for a cluster that is not ours.
  let dataDirectory: String?
  private var kind: Kind
  /// The kernel keeps a named process's peak from now on; where it is not ours to ask, what it had
  /// before would be in it.
  private var isPeakFresh = false
  private var peakStarts = 0
  /// What planted faults hit its brokers and links by; nil where nothing can.
  let control: (any BrokerControl)?
  let links: (any LinkControl)?
  /// Of a cluster that is not ours: where the names of what is made there are kept.
  private let traces: RunTraces?

  /// Somebody else's: it may come back, or others may go on for one of its brokers.
  var isCluster: Bool {
    if case .cluster = kind { true } else { false }
  }

  private init(
    bootstrap: [NetworkAddress], kind: Kind, dataDirectory: String? = nil,
    traces: RunTraces? = nil, control: (any BrokerControl)? = nil,
    links: (any LinkControl)? = nil
  ) {
    self.control = control
    self.links = links
    self.bootstrap = bootstrap
    self.kind = kind
    self.dataDirectory = dataDirectory
    self.traces = traces
  }

  /// Starts what has to be started.
  ///
  /// - Parameters:
  ///   - syncs: Counts what an embedded broker syncs; other processes do not tell.
  ///   - traces: Keeps the names of what is made on a cluster that is not ours.
  ///   - isRelayed: Clients reach a broker process of ours through a relay, for faults of links
  ///     that `settings` does not name.
  /// - Throws: `.brokerFailed`, `.usage` for an address that is none.
  static func start(
    _ settings: RunSettings, executable: String, dataDirectory: String, syncs: SyncCount? = nil,
    traces: RunTraces? = nil, isRelayed: Bool = false
  ) throws(RunError) -> BenchTarget {
    switch settings.target {
    case .cluster(let addresses):
      var parsed: [NetworkAddress] = []
      for text in addresses { parsed.append(try address(text)) }
      for pid in settings.brokerPids {
        if let refusal = ProcessFacts.refusal(ofBroker: pid) {
          throw .usage(
            "--broker-pid \(pid): \(refusal); allowed: the processes of brokers on this machine")
        }
      }
      return BenchTarget(
        bootstrap: parsed, kind: .cluster(pids: settings.brokerPids), traces: traces,
        control: settings.brokerControl.map { CommandControl(template: $0) },
        links: try RelayProcess.ofCluster(settings, executable: executable))
    case .embedded:
      let broker = try startEmbedded(settings, dataDirectory: dataDirectory, syncs: syncs)
      return BenchTarget(
        bootstrap: [try address(broker.bootstrapServer)], kind: .embedded(broker),
        dataDirectory: dataDirectory)
    case .process:
      let needsRelay = isRelayed || settings.faults.contains { $0.action.isOfLink }
      let relay = needsRelay ? try RelayProcess(executable: executable) : nil
      var properties = brokerProperties(settings)
      let front = try relay?.add(settings.ownLink, listen: .freeLocalPort, target: nil)
      if let front { properties["advertised.listeners"] = "PLAINTEXT://\(front)" }
      let child = try ChildBroker(
        executable: executable, directory: dataDirectory, properties: properties,
        fetchPath: settings.fetchPath)
      let own = try address(child.bootstrap)
      try relay?.aim(settings.ownLink, at: own)
      return BenchTarget(
        bootstrap: [front ?? own], kind: .child(child), dataDirectory: dataDirectory,
        control: ChildControl(broker: child, node: settings.ownNodeId), links: relay)
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
    var properties = BrokerDeletion.properties
    properties["auto.create.topics.enable"] = "false"
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

  /// Some of the cluster's brokers are other processes by now.
  func follow(_ pids: [Int32]) {
    guard case .cluster = kind else { return }
    kind = .cluster(pids: pids)
  }

  /// An admin client of it.
  func openAdmin() throws(RunError) -> AdminSession {
    try AdminSession(bootstrap: bootstrap, traces: traces)
  }

  /// Brokers that are processes of their own on this machine.
  var pids: [Int32] {
    switch kind {
    case .embedded: []
    case .child(let child): [child.pid]
    case .cluster(let pids): pids
    }
  }

  /// One value of each of its processes; nil where one of them is not known, or there is none.
  private func ofEach<Value>(_ value: (Int32) -> Value?) -> [Value]? {
    let found = pids.compactMap(value)
    return found.isEmpty || found.count < pids.count ? nil : found
  }

  /// User and system time so far; nil for a cluster that is not ours.
  func cpu() -> CPUSeconds? {
    if case .embedded(let broker) = kind { return CPUSeconds(broker.cpuTime()) }
    if case .child(let child) = kind { return child.observedCpu() }
    return ofEach(CPUSeconds.ofProcess)?.reduce(CPUSeconds(), +)
  }

  /// User and system time so far together, in seconds: cheap enough to be read often. Nil for a
  /// cluster that is not ours.
  func cpuSeconds() -> Double? {
    if case .embedded(let broker) = kind { return CPUSeconds(broker.cpuTime()).all }
    if case .child(let child) = kind { return child.observedCpu()?.all }
    return ofEach(CPUSeconds.allSeconds)?.reduce(0, +)
  }

  /// The same, parted as finely as can be known: a broker of ours is asked, which may take a while
  /// where it is stuck.
  func cpuAtEdge() -> CPUSeconds? {
    if case .child(let child) = kind { return child.cpu() }
    return cpu()
  }

  /// Nil where the broker is no process of its own on this machine.
  func residentBytes() -> Int64? { ofEach(ProcessFacts.residentBytes)?.reduce(0, +) }

  /// Files and sockets that it has open; nil where it is no process of its own on this machine.
  func openFiles() -> Int? { ofEach(OpenFiles.count)?.reduce(0, +) }

  /// Lets the kernel keep the peak of each broker's process anew.
  func forgetResidentPeak() {
    let fresh = pids.map { ProcessFacts.forgetResidentPeak(of: $0) }
    isPeakFresh = !fresh.isEmpty && fresh.allSatisfy { $0 }
    peakStarts = starts
  }

  /// The most that it has had since; nil where the kernel does not tell it: peaks of several
  /// processes are not those of one moment.
  func residentPeakBytes() -> Int64? {
    guard isPeakFresh, pids.count == 1, peakStarts == starts else { return nil }
    return ofEach(ProcessFacts.residentPeakBytes)?.first
  }

  /// The most that one of its processes has had since.
  func residentPeakBytes(of pid: Int32) -> Int64? {
    isPeakFresh ? ProcessFacts.residentPeakBytes(of: pid) : nil
  }

  /// What the kernel counted of it so far, and a broker of ours itself; empty where it is not on
  /// this machine.
  func counts() -> CountsByThread {
    switch kind {
    case .embedded(let broker):
      KernelCounts.adding(broker.traffic(), to: KernelCounts.ofThreads(broker.threadIDs))
    case .child(let child):
      KernelCounts.adding(child.traffic(), to: KernelCounts.ofProcess(child.pid))
    case .cluster(let pids):
      pids.reduce(into: [:]) { $0.merge(KernelCounts.ofProcess($1)) { $1 } }
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

  /// How often our broker was started, for planted faults start it again: what a process counted
  /// before is not in what the next one counts.
  var starts: Int {
    if case .child(let child) = kind { child.starts } else { 1 }
  }

  /// Our broker is gone although nothing stopped it; one that a planted fault killed comes back.
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

  /// Waits until the files of deleted topics are gone, which brokers delete some time later.
  ///
  /// - Returns: False where they are still there after `seconds`.
  @discardableResult
  func awaitDeletion(seconds: Double = 30) -> Bool {
    guard let dataDirectory else { return true }
    let end = EventLoop.currentTime.nanoseconds + Int64(seconds * 1e9)
    while !Interrupt.requested, !hasEnded {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: dataDirectory)) ?? []
      if !names.contains(where: { $0.hasSuffix(LogFileNames.deletedDirectorySuffix) }) {
        return true
      }
      if EventLoop.currentTime.nanoseconds > end { break }
      usleep(20_000)
    }
    return false
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
