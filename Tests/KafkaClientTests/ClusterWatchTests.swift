import Testing
import Transport

@testable import KafkaClient

@Suite struct ClusterWatchTests {
  private final class Setup {
    let transport = FakeTransport()
    let cluster: ScriptedCluster
    var events: [ClusterEvent] = []
    private(set) var watch: ClusterWatch<FakeTransport>?

    init() {
      cluster = ScriptedCluster(transport, nodes: 3)
      cluster.addTopic("t", partitions: 2)
      var config = ClientConfig(bootstrapServers: cluster.bootstrap)
      config.seed = 1
      let watch = ClusterWatch(
        transport: transport, config: config, topic: "t",
        notice: { [unowned self] event, _ in events.append(event) })
      self.watch = watch
      watch.start()
      transport.run(seconds: 3)
    }

    var names: [String] {
      events.map {
        switch $0 {
        case .connectionLost(let node, _): "lost \(node)"
        case .connectionRegained(let node): "back \(node)"
        case .leaderChanged(let partition, let from, let to): "\(partition): \(from) to \(to)"
        case .inSyncChanged(let isFull): isFull ? "in sync" : "not in sync"
        }
      }
    }
  }

  @Test(
    "a node that no load uses is noticed when it dies and when it comes back",
    arguments: [true, false])
  func death(leaves: Bool) {
    let setup = Setup()
    #expect(setup.names.isEmpty)
    setup.cluster.kill(2)
    setup.transport.run(seconds: 9)
    #expect(setup.names == ["lost 2"])
    if leaves {
      setup.cluster.depart(2)
      setup.transport.run(seconds: 5)
    }
    setup.cluster.restart(2)
    setup.transport.run(seconds: 3)
    #expect(setup.names == ["lost 2", "back 2"])
    setup.watch?.close()
  }

  @Test("a node that is back in a moment, or at another port, was lost all the same")
  func restart() {
    let setup = Setup()
    setup.cluster.kill(1)
    setup.cluster.restart(1)
    setup.transport.run(seconds: 1)
    #expect(setup.names == ["lost 1", "back 1"])
    setup.cluster.kill(1)
    setup.cluster.restart(1, port: 9301)
    setup.transport.run(seconds: 4)
    #expect(setup.names == ["lost 1", "back 1", "lost 1", "back 1"])
    setup.watch?.close()
  }

  @Test("a leader that moves is noticed without a death, and once where it had none between")
  func leaders() {
    let setup = Setup()
    setup.cluster.lead("t", 1, by: 2)
    setup.transport.run(seconds: 2)
    #expect(setup.names == ["1: 0 to 2"])
    setup.cluster.lead("t", 0, by: -1)
    setup.transport.run(seconds: 2)
    setup.cluster.lead("t", 0, by: 1)
    setup.transport.run(seconds: 3)
    #expect(setup.names == ["1: 0 to 2", "0: 0 to 1"])
    setup.watch?.close()
  }

  @Test("the topic is in sync again once the last of its partitions is")
  func inSync() throws {
    let setup = Setup()
    let partitions = try #require(setup.cluster.topics["t"]?.partitions)
    for partition in partitions { partition.replicas = [0, 1, 2] }
    partitions[0].inSync = [0, 2]
    partitions[1].inSync = [0, 2]
    setup.transport.run(seconds: 3)
    #expect(setup.names == ["not in sync"])
    partitions[0].inSync = [0, 1, 2]
    setup.transport.run(seconds: 3)
    #expect(setup.names == ["not in sync"])
    partitions[1].inSync = [0, 2, 1]
    setup.transport.run(seconds: 3)
    #expect(setup.names == ["not in sync", "in sync"])
    setup.watch?.close()
  }

  @Test("where nothing happens nothing is noticed, and no connection idles")
  func quiet() {
    let setup = Setup()
    let before = setup.cluster.frames
    setup.transport.run(seconds: 10)
    #expect(setup.names.isEmpty)
    for node in [Int32(0), 1, 2] {
      #expect(setup.cluster.frames[node, default: 0] > before[node, default: 0])
    }
    setup.watch?.close()
  }
}
