import KafkaFormat
import Testing

@testable import CommitLog

@Suite struct AllocationTests {
  @Test("allocation ahead is tried again once space may have come back")
  func allocationAgain() throws {
    let scratch = ScratchDirectory()
    let plan = FaultPlan()
    let log = try PartitionLog.open(
      topic: "t", partition: 0, directory: scratch.path + "/t-0",
      fileSystem: FaultInjectingFileSystem(plan: plan), config: LogConfig(),
      options: LogOpenOptions(nowMs: 0))
    plan.add(FaultPlan.Rule(.allocate, .fail(28)))
    func fill(nowMs: Int64) throws {
      for _ in 0..<12 { try log.add(TestBatch(valueSize: 200_000), nowMs: nowMs) }
      log.runJobs()
    }
    try fill(nowMs: 1_000)
    #expect(plan.struck == 1)
    plan.clear()
    try fill(nowMs: 5_000)
    #expect(log.activeSegment.allocatedEnd <= log.activeSegment.size)
    try fill(nowMs: 20_000)
    try fill(nowMs: 20_000)
    #expect(log.activeSegment.allocatedEnd > log.activeSegment.size)
  }
}
