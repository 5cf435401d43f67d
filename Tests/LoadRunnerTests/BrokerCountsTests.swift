import EventLoop
import Foundation
import LoadModel
import Testing

@testable import LoadRunner

extension Running {
  @Suite("what a broker's process tells of its loops")
  struct BrokerCountsTests {
    private func start(_ folder: Folder) throws -> ChildBroker {
      try ChildBroker(
        executable: weirBinary, directory: folder.path + "/data", properties: [:],
        fetchPath: "sendfile")
    }

    @Test("known requests give known bytes and calls, by snapshots")
    func known() throws {
      let folder = try Folder()
      let child = try start(folder)
      let admin = try AdminSession(bootstrap: [try BenchTarget.address(child.bootstrap)])
      _ = try admin.describeCluster()
      let before = try #require(child.traffic())
      let idle = try #require(child.traffic())
      // Being asked moves nothing through sockets that count.
      #expect(idle.receivedBytes == before.receivedBytes && idle.sentBytes == before.sentBytes)
      #expect(idle.sendCalls == before.sendCalls)
      for _ in 0..<10 { _ = try admin.describeCluster() }
      let ten = try #require(child.traffic()) - idle
      for _ in 0..<20 { _ = try admin.describeCluster() }
      let twenty = try #require(child.traffic()) - idle - ten
      #expect(ten.sendCalls == 10 && twenty.sendCalls == 20)
      #expect(ten.receivedBytes > 0 && twenty.receivedBytes == 2 * ten.receivedBytes)
      #expect(ten.sentBytes > 0 && twenty.sentBytes == 2 * ten.sentBytes)
      #expect(ten.receiveCalls >= 10 && ten.waitCalls >= 10)
      child.stop(patienceSeconds: 60)
      #expect(child.traffic() == nil)
      #expect(child.ending == "ended with exit code 0")
    }

    @Test("the kernel's calls and the loops' own add up, and sendfile counts once")
    func sum() throws {
      var own = KernelCounts()
      (own.readCalls, own.writeCalls) = (100, 50)
      var traffic = TrafficCounts()
      traffic.receiveCalls = 7
      traffic.sendCalls = 5
      traffic.waitCalls = 3
      traffic.sendfileCalls = 10
      traffic.sendfileBytes = 1000
      traffic.sentBytes = 20
      traffic.receivedBytes = 400
      let before = KernelCounts.adding(TrafficCounts(), to: [1: KernelCounts(), 2: own])
      var later = own
      later.readCalls = 200
      let after = KernelCounts.adding(traffic, to: [1: KernelCounts(), 2: later])
      let sum = try #require(KernelCounts.between(before, after))
      let calls: Int64 = 100 + 7 + 5 + 3 - 10
      #expect(sum.systemCalls == calls)
      #expect(sum.socketReadBytes == 400 && sum.socketWrittenBytes == 1020)
      // Of a foreign process only the kernel's are known.
      let foreign = KernelCounts.between([2: own], KernelCounts.adding(nil, to: [2: later]))
      #expect(foreign?.systemCalls == nil && foreign?.readCalls == 100)
    }

    @Test("a program that is no broker is told from one, by how it ended")
    func noBroker() throws {
      let folder = try Folder()
      #expect {
        _ = try ChildBroker(
          executable: "/bin/false", directory: folder.path, properties: [:],
          fetchPath: "sendfile")
      } throws: { "\($0)".contains("ended with exit code 1 before it served") }
    }
  }
}
