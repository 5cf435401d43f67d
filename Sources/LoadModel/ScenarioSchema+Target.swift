extension ScenarioSchema {
  static let targetFields: [ScenarioField] = [
    .setting(
      "broker", group: .target, "WHERE", allowed: "embedded, process", default: "embedded",
      "the broker that is measured: in this process, or a child process"
    ) { text, scenario throws(ValueText.Refusal) in
      switch text {
      case "embedded": scenario.run.target = .embedded
      case "process": scenario.run.target = .process
      default: throw ValueText.Refusal("embedded, process")
      }
    },
    ScenarioField(
      name: "bootstrap", kind: .addresses, valueName: "HOST:PORT,…",
      allowed: "HOST:PORT[,HOST:PORT…]", defaultText: "",
      doc: "measure a Kafka cluster instead of a broker of our own",
      set: { texts, scenario throws(ValueText.Refusal) in
        let addresses = texts.flatMap(splitList)
        guard !addresses.isEmpty, addresses.allSatisfy(isAddress) else {
          throw ValueText.Refusal("HOST:PORT[,HOST:PORT…]")
        }
        scenario.run.target = .cluster(bootstrap: addresses)
      },
      group: .target),
    ScenarioField(
      name: "broker-pid", kind: .addresses, valueName: "PID,…",
      allowed: "process ids from 1 to 4194304, each once", defaultText: "",
      doc: "with --bootstrap: the brokers' processes on this machine, to tell their CPU and memory",
      set: { texts, scenario throws(ValueText.Refusal) in
        var pids: [Int32] = []
        for text in texts.flatMap(splitList) {
          guard let pid = Int32(text), (1...4_194_304).contains(pid), !pids.contains(pid) else {
            throw ValueText.Refusal("process ids from 1 to 4194304, each once")
          }
          pids.append(pid)
        }
        guard !pids.isEmpty else { throw ValueText.Refusal("at least one process id") }
        scenario.run.brokerPids = pids
      },
      group: .target),
    .setting(
      "broker-control", group: .target, "COMMAND",
      allowed: "a shell command with {action} and {node}", default: "",
      "with --bootstrap: kills, pauses, continues and restarts a broker, for planted faults"
    ) { text, scenario throws(ValueText.Refusal) in
      guard text.contains("{action}"), text.contains("{node}") else {
        throw ValueText.Refusal("a shell command with {action} and {node}")
      }
      scenario.run.brokerControl = text
    },
    .setting(
      "fetch-path", group: .target, "PATH", allowed: "sendfile, copy", default: "sendfile",
      "how our broker sends fetched records"
    ) { text, scenario throws(ValueText.Refusal) in
      guard ["sendfile", "copy"].contains(text) else { throw ValueText.Refusal("sendfile, copy") }
      scenario.run.fetchPath = text
    },
    .setting(
      "data-dir", group: .target, "DIR", allowed: "a directory", default: "a temporary one",
      "where our broker keeps its log"
    ) { text, scenario throws(ValueText.Refusal) in
      guard !text.isEmpty else { throw ValueText.Refusal("a directory") }
      scenario.run.dataDirectory = text
    },
    .setting(
      "broker-loops", group: .target, "N", allowed: "1 to 256", default: "chosen by the machine",
      "event loops of our broker"
    ) { text, scenario throws(ValueText.Refusal) in
      scenario.run.brokerLoops = Int(try ValueText.count(text, in: 1...256))
    },
    .properties(
      "broker-property", group: .target, "a server.properties key of our broker"
    ) { properties, scenario in
      scenario.run.brokerProperties.merge(properties) { $1 }
    },
  ]

  static func isAddress(_ text: String) -> Bool {
    guard let colon = text.lastIndex(of: ":"), colon != text.startIndex,
      let port = UInt16(text[text.index(after: colon)...])
    else { return false }
    let host = text[..<colon]
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]") && host.count > 2
    return port > 0 && (isBracketed || !host.contains(":")) && !host.contains(" ")
  }

  static let reportFields: [ScenarioField] = [
    .setting(
      "repetitions", group: .report, "N", allowed: "1 to 1000", default: "3",
      "how often each case is measured; the cases take turns"
    ) { text, scenario throws(ValueText.Refusal) in
      scenario.run.repetitions = Int(try ValueText.count(text, in: 1...1000))
    },
    .setting(
      "output", group: .report, "DIR", allowed: "a directory", default: "reports",
      "where the run's own directory is made"
    ) { text, scenario throws(ValueText.Refusal) in
      guard !text.isEmpty else { throw ValueText.Refusal("a directory") }
      scenario.run.output = text
    },
    .setting(
      "seed", group: .report, "N", allowed: "0 to 18446744073709551615", default: "by the clock",
      "makes payloads and keys the same again"
    ) { text, scenario throws(ValueText.Refusal) in
      guard let seed = UInt64(text) else { throw ValueText.Refusal("0 to \(UInt64.max)") }
      scenario.run.seed = seed
    },
    .setting(
      "interval", group: .report, "TIME", allowed: "100ms to 1h",
      default: "a twentieth of the duration, 100ms to 1s",
      "how long one sample of the series lasts"
    ) { text, scenario throws(ValueText.Refusal) in
      scenario.run.intervalMs = try ValueText.duration(text, in: 100...3_600_000)
    },
    .setting(
      "latency", group: .report, "WHEN", allowed: "auto, always", default: "auto",
      "report latency of a fixed rate alone, or of rate=max too, where it is the time that records"
        + " wait in the producer's full buffer"
    ) { text, scenario throws(ValueText.Refusal) in
      guard let latency = LatencyReport(rawValue: text) else {
        throw ValueText.Refusal("auto, always")
      }
      scenario.run.latency = latency
    },
  ]
}
