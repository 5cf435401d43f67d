import Foundation
import Glibc
import Testing

extension Interop {
  @Suite("Python clients")
  struct PythonClientTests {
    @Test(
      "confluent-kafka: each codec there and back, topics created, widened and deleted",
      .enabled(if: Tools.hasConfluent, "no confluent_kafka; scripts/setup --tests installs it"))
    func confluent() throws { try roundTrips("confluent_client.py") }

    @Test(
      "kafka-python: each codec there and back",
      .enabled(if: Tools.hasKafkaPython, "no kafka-python; scripts/setup --tests installs it"))
    func kafkaPython() throws { try roundTrips("kafka_python_client.py") }

    @Test(
      "aiokafka: each codec there and back, idempotent",
      .enabled(if: Tools.hasAiokafka, "no aiokafka; scripts/setup --tests installs it"))
    func aiokafka() throws { try roundTrips("aiokafka_client.py") }

    private func roundTrips(_ script: String) throws {
      let broker = try BrokerUnderTest()
      let output = try broker.python(script, [broker.topic("python")])
      for codec in KcatTests.codecs {
        #expect(output.lines.contains("\(codec): 400 records there and back"))
      }
    }
  }

  @Suite("SIGKILL")
  struct KillTests {
    @Test(
      "every acked record and commit is there after each of 20 kills during load",
      .enabled(if: Tools.hasConfluent, "no confluent_kafka; scripts/setup --tests installs it"),
      .enabled(if: Tools.otherBroker == nil, "kills only a broker of its own"))
    func ackedRecordsSurvive() throws {
      let data = try temporaryFolder("killed")
      defer { try? FileManager.default.removeItem(at: data) }
      let script = Tools.scripts.appending(path: "kill_during_load.py").path
      // The broker watches the script, which starts it: {parent} is not known yet, 0 means
      // whoever started it.
      let command = BrokerUnderTest.command(data: data, port: "{port}", parent: 0, settings: [])
      let output = try ChildProcess([Tools.python, script, "20"] + command).finish(within: 900)
      #expect(output.code == 0, "\(output.all)")
      print(output.standardOutput, terminator: "")
    }
  }
}
