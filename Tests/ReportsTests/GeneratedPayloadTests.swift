import LoadModel
import Testing

@testable import Reports

@Suite("Generated payloads in a report")
struct GeneratedPayloadTests {
  @Test("where codecs are compared by generated values, the report says what these show")
  func generatedPayloads() throws {
    for (codecs, isWarned) in [("none,lz4", false), ("lz4,zstd", true), ("zstd:1,zstd:9", false)] {
      let run = try SampleRun.make(flags: [("compression", codecs)])
      #expect(run.allWarnings.contains(.generatedPayloads) == isWarned, "\(codecs)")
    }
    var run = try SampleRun.make(flags: [("compression", "none,gzip,zstd")])
    Golden.expect("generated-payloads.md", WarningText(.generatedPayloads, labels: []).message)
    for index in run.cases.indices { run.cases[index].workload.payloadFile = "lines" }
    #expect(!run.allWarnings.contains(.generatedPayloads))
  }
}
