import EventLoop
import Foundation
import Glibc
import LoadModel
import Testing

@testable import LoadRunner

extension Running {
  @Suite("processor time")
  struct ProcessorTimeTests {
    @Test("no part is negative where the kernel's parting jumps by a tick, and they add up")
    func jump() {
      let before = CPUSeconds(user: 1.00, system: 0.5, all: 1.509, stepS: 0.01)
      let after = CPUSeconds(user: 1.01, system: 0.5, all: 1.512, stepS: 0.01)
      let spent = after - before
      #expect(abs(spent.all - 0.003) < 1e-9)
      #expect(spent.user >= 0 && spent.system >= 0)
      #expect(abs(spent.user + spent.system - spent.all) < 1e-12)
      #expect((before - after).all == 0)
    }

    @Test("of short turns of this thread: exact in all, and never negative")
    func thisThread() {
      var last = CPUSeconds.ofThisThread()
      var sum = 0.0
      let first = last
      for turn in 0..<200 {
        var number = UInt64(turn)
        for _ in 0..<2000 { number = number &* 0x9E37_79B9 &+ 1 }
        let now = CPUSeconds.ofThisThread()
        let spent = now - last
        #expect(spent.all > 0 && spent.user >= 0 && spent.system >= 0, "\(number)")
        sum += spent.all
        last = now
      }
      #expect(abs(sum - (last - first).all) < 1e-6)
      #expect(last.stepS > 0 && last.stepS <= 0.01)
    }

    @Test("a broker of ours tells its own, parted in the kernel's steps, not in those of /proc")
    func child() throws {
      let folder = try Folder()
      let child = try clusterBroker(in: folder.path)
      defer { child.discard() }
      let told = try #require(child.cpu())
      let seen = try #require(CPUSeconds.ofProcess(child.pid))
      #expect(told.stepS == CPUSeconds.kernelTickS)
      #expect(seen.stepS >= 0.01)
      #expect(told.all > 0 && told.all <= seen.all)
      let answer = BrokerCountsAnswer.text(
        TrafficCounts(), ThreadCPUTime(userNanos: 4_000_000, systemNanos: 0, totalNanos: 5_000_001))
      #expect(TrafficCounts(text: answer) == TrafficCounts())
      #expect(BrokerCountsAnswer.cpu(in: answer)?.all == 0.005_000_001)
      // As an older broker answers.
      #expect(BrokerCountsAnswer.cpu(in: TrafficCounts().text) == nil)
    }

    @Test("what others use of the machine is told by interval, and the step of CPU time with it")
    func others() throws {
      let found = try measured(["duration": "1s", "rate": "500"])
      let share = try #require(found.otherCpuShare)
      #expect(share >= 0 && share <= 1)
      #expect(found.intervals.contains { ($0.otherCpuS ?? -1) >= 0 })
      #expect(found.intervals.allSatisfy { ($0.brokerSystemCpuS ?? 0) >= 0 })
      #expect(found.client?.cpuStepS == CPUSeconds.kernelTickS)
      let before = MachineLoad(busyS: 100, allS: 400, oursS: 10)
      let after = MachineLoad(busyS: 103, allS: 410, oursS: 11.5)
      let others = try #require(after.others(since: before))
      #expect(abs(others.seconds - 1.5) < 1e-9 && abs(others.share - 0.15) < 1e-9)
      // The kernel rounds by the tick: never less than nothing.
      #expect(MachineLoad(busyS: 101, allS: 410, oursS: 11.5).others(since: before)?.share == 0)
      // What a broker used in its life is not others' once it has ended.
      let with = MachineLoad(busyS: 100, allS: 400, oursS: 10, brokersS: [7: 500, 8: 20])
      let without = MachineLoad(busyS: 104, allS: 410, oursS: 11, brokersS: [8: 22])
      #expect(without.others(since: with)?.seconds == 1)
    }

    @Test("a process that is no broker is refused by its number")
    func refusals() throws {
      let folder = try Folder()
      let child = try clusterBroker(in: folder.path)
      defer { child.discard() }
      #expect(ProcessFacts.refusal(ofBroker: child.pid) == nil)
      #expect(ProcessFacts.refusal(ofBroker: getpid())?.contains("itself") == true)
      let thread = try #require(ProcessFacts.threads(of: child.pid).first { $0 != child.pid })
      #expect(ProcessFacts.refusal(ofBroker: thread) == "it is a thread of process \(child.pid)")
      let other = Process()
      other.executableURL = URL(fileURLWithPath: "/bin/sleep")
      other.arguments = ["600"]
      try other.run()
      let pid = other.processIdentifier
      #expect(ProcessFacts.refusal(ofBroker: pid)?.hasPrefix("it listens on no TCP port") == true)
      let outcome = try bench(
        ["bootstrap": child.bootstrap, "broker-pid": "\(child.pid),\(pid)", "records": "10"],
        in: folder)
      #expect(outcome.error?.exitCode == 2)
      #expect(outcome.error?.description.hasPrefix("--broker-pid \(pid): ") == true)
      // A test process may block SIGTERM, and its children inherit that.
      kill(pid, SIGKILL)
      other.waitUntilExit()
      #expect(ProcessFacts.refusal(ofBroker: pid) == "there is no such process")
      #expect(throws: ScenarioError.self) { try scenario(["broker-pid": "1"], in: folder) }
      #expect(throws: (any Error).self) {
        try scenario(["bootstrap": "a:1", "broker-pid": "1,1"], in: folder)
      }
    }

    @Test("several brokers: each one's figures, and their sum; none of this machine's disk")
    func several() throws {
      let (folder, one, two) = (try Folder(), try Folder(), try Folder())
      let brokers = [try clusterBroker(in: one.path), try clusterBroker(in: two.path)]
      defer { for broker in brokers { broker.discard() } }
      let pids = brokers.map(\.pid)
      let outcome = try bench(
        [
          "bootstrap": brokers[0].bootstrap, "records": "2000",
          "broker-pid": pids.map { "\($0)" }.joined(separator: ","),
        ], in: folder)
      #expect(outcome.error == nil)
      let found = try #require(outcome.result.cases[0].repetitions.first)
      let each = try #require(found.brokers)
      #expect(each.map(\.pid) == pids.sorted())
      let sum = each.compactMap(\.usage).map { $0.userCpuS + $0.systemCpuS }.reduce(0, +)
      let total = try #require(found.broker)
      // Read one after the other.
      #expect(abs(total.userCpuS + total.systemCpuS - sum) < 0.05 + sum / 10)
      #expect(outcome.result.environment.fileSystem == nil)
      #expect(outcome.result.environment.dataDirectory == nil)
      var suite = Scenario()
      for (name, text) in ["suite": "groups", "bootstrap": "a:1", "output": folder.path] {
        try ScenarioSchema.set(flag: name, to: [text], in: &suite)
      }
      #expect(BenchmarkRun(suite, host: testHost).result.environment.freeDiskBytes == nil)
    }
  }
}
