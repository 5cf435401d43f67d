import LoadModel
import Testing

@Suite("Figures of a check that are 0 or absent")
struct CheckFigureTests {
  private func set(
    _ input: inout CheckInput, _ side: WritableKeyPath<CheckInput, CheckInput.Side>,
    _ metric: String, to value: Double?
  ) {
    for lane in input[keyPath: side].lanes.indices {
      for index in input[keyPath: side].lanes[lane][0].repetitions.indices {
        input[keyPath: side].lanes[lane][0].repetitions[index].values[metric] = value
      }
    }
  }

  @Test("what was none and is some in all rounds is worse")
  func fromNothing() throws {
    for otherMachine in [nil, ""] as [String?] {
      var simulation = VerdictSimulation(noise: 0.01, drift: 0)
      simulation.otherMachine = otherMachine
      var input = simulation.input(seed: 3)
      set(&input, \.reference, "broker_bytes_read", to: 0)
      let decision = input.decide()
      #expect(decision.status == .regression)
      #expect(decision.why.contains("read/record from 0"), "\(decision.why)")
      let line = try #require(decision.lines.first { $0.metric == "broker_bytes_read" })
      #expect(line.status == .regression && line.reference == 0 && line.candidate > 100)
      #expect(line.why.hasPrefix("0 before, and more now: beyond the tolerance"), "\(line.why)")
      // The other way round it is better, and none on both sides is no line.
      swap(&input.reference, &input.candidate)
      if otherMachine == nil { continue }
      #expect(input.decide().status == .pass)
      set(&input, \.reference, "broker_bytes_read", to: 0)
      let none = input.decide()
      #expect(none.status == .pass && !none.lines.contains { $0.metric == "broker_bytes_read" })
    }
  }

  @Test("a candidate that moves nothing is worse, not left out")
  func toNothing() {
    var simulation = VerdictSimulation(noise: 0.01)
    var input = simulation.input(seed: 3)
    set(&input, \.candidate, "records_per_s", to: 0)
    let decision = input.decide()
    #expect(decision.status == .regression && decision.why.contains("Throughput"))
  }

  @Test("figures that one side does not tell are named, with why")
  func missing() throws {
    var simulation = VerdictSimulation(noise: 0.01)
    var input = simulation.input(seed: 3)
    for metric in ["broker_socket_bytes", "broker_calls"] {
      set(&input, \.reference, metric, to: nil)
    }
    let decision = input.decide()
    #expect(decision.status == .pass)
    let note = try #require(decision.notes.first { $0.hasPrefix("Not compared") })
    #expect(
      note == "Not compared, since the reference does not tell: Broker socket bytes/record;"
        + " Broker system calls/M records. Only a broker that weir started counts its sockets and"
        + " calls, and no older one does.")
    // What neither side tells, or what decides nothing, needs no words.
    for metric in ["broker_socket_bytes", "broker_calls"] {
      set(&input, \.candidate, metric, to: nil)
    }
    set(&input, \.candidate, "broker_system_cpu", to: nil)
    #expect(!input.decide().notes.contains { $0.hasPrefix("Not compared") })
    set(&input, \.candidate, "broker_peak_mib", to: nil)
    #expect(
      input.decide().notes.contains(
        "Not compared, since the candidate does not tell: Broker peak memory, MiB."))
  }
}
