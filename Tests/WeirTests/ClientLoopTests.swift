import Testing

@testable import weir

@Suite("a command's client loop")
struct ClientLoopTests {
  @Test(
    "a call hears of what it finished with, and of a finish that never comes",
    .timeLimit(.minutes(5)))
  func calls() async throws {
    let client = try ClientLoop()
    let answer: Int = try await client.call { _, finish in finish(.success(7)) }
    #expect(answer == 7)
    await #expect(throws: CommandFailure.self) {
      let _: Int = try await client.call { _, _ in }
    }
    client.stop()
    // The loop answers what it still takes before its end.
    var isOver = false
    while !isOver {
      do {
        let _: Int = try await client.call { _, finish in finish(.success(7)) }
      } catch { isOver = error is CommandFailure }
    }
  }
}
