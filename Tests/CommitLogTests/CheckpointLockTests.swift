import Dispatch
import Synchronization
import Testing

@testable import CommitLog

/// The real file system, with a call before each file is renamed.
private struct HookedFileSystem: FileSystem {
  final class Hook: Sendable {
    let body = Mutex<(@Sendable () -> Void)?>(nil)
  }

  let hook = Hook()
  private let real = PosixFileSystem()

  func open(_ path: String, _ mode: FileOpenMode) throws(FileError) -> LogFile {
    try real.open(path, mode)
  }
  func rename(_ path: String, to target: String) throws(FileError) {
    let body = hook.body.withLock { $0 }
    body?()
    try real.rename(path, to: target)
  }
  func remove(_ path: String) throws(FileError) { try real.remove(path) }
  func createDirectory(_ path: String) throws(FileError) { try real.createDirectory(path) }
  func removeTree(_ path: String) throws(FileError) { try real.removeTree(path) }
  func list(_ path: String) throws(FileError) -> [String] { try real.list(path) }
  func size(of path: String) throws(FileError) -> Int64? { try real.size(of: path) }
  func isDirectory(_ path: String) -> Bool { real.isDirectory(path) }
  func syncDirectory(_ path: String) throws(FileError) { try real.syncDirectory(path) }
  func syncAll(_ path: String) throws(FileError) { try real.syncAll(path) }
  func space(of path: String) throws(FileError) -> (totalBytes: Int64, usableBytes: Int64) {
    try real.space(of: path)
  }
}

@Suite("checkpoints beside other work")
struct CheckpointLockTests {
  private let scratch = ScratchDirectory()
  private let old = TopicPartition(topic: "old", partition: 0)
  private let new = TopicPartition(topic: "new", partition: 0)

  @Test("a new partition does not wait for a checkpoint that is being written")
  func newPartition() throws {
    let files = HookedFileSystem()
    let directory = try LogDirectory.open(
      scratch.path + "/d", fileSystem: files, clusterId: nil, nodeId: 1)
    let answers = Answers()
    files.hook.body.withLock { body in
      body = { [old, new] in
        for partition in [old, new] {
          // Another thread asks, while this one writes.
          let isAnswered = DispatchSemaphore(value: 0)
          let asked = Answer()
          DispatchQueue.global().async {
            asked.value.withLock { $0 = directory.isCheckpointed(partition) }
            isAnswered.signal()
          }
          _ = isAnswered.wait(timeout: .now() + 20)
          let answer = asked.value.withLock { $0 }
          answers.all.withLock { $0.append(answer) }
        }
      }
    }
    var offsets = CheckpointedOffsets()
    offsets.recoveryPoints = [old: 7]
    #expect(directory.checkpoint { offsets } == nil)
    // Of each of the three files: what is being written may have a line of the old one.
    #expect(answers.all.withLock { $0 } == [true, false, true, false, true, false])
    files.hook.body.withLock { $0 = nil }
    #expect(directory.checkpoint { CheckpointedOffsets() } == nil)
    #expect(!directory.isCheckpointed(old))
  }
}

private final class Answers: Sendable {
  let all = Mutex<[Bool?]>([])
}

private final class Answer: Sendable {
  let value = Mutex<Bool?>(nil)
}
