import Foundation
import Glibc
import LoadModel
import Testing

@testable import LoadRunner

@Suite("control commands")
struct ShellCommandTests {
  @Test("an exit code, and what was said")
  func exits() throws {
    let (ending, output) = try ShellCommand.run(
      "echo aside; echo broken >&2; exit 3", timeoutSeconds: 30)
    #expect(ending == .exited(3))
    #expect(output == "broken")
    #expect(try ShellCommand.run("echo one; echo two", timeoutSeconds: 30).output == "one | two")
    #expect(try ShellCommand.run("kill -9 $$", timeoutSeconds: 30).ending == .signalled(9))
  }

  @Test("one that hangs is ended with its children")
  func hangs() throws {
    let folder = try Folder()
    let (ending, _) = try ShellCommand.run(
      "sleep 600 & echo $! > \(folder.path)/pid; wait", timeoutSeconds: 2)
    #expect(ending == .timedOut)
    let text = try String(contentsOfFile: folder.path + "/pid", encoding: .utf8)
    let child = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(eventually { hasEnded(child) })
  }

  private func hasEnded(_ pid: Int32) -> Bool {
    guard let status = ProcessFacts.text(of: "/proc/\(pid)/status") else { return true }
    return status.contains("\nState:\tZ")
  }

  @Test("one that leaves a process running is not waited for longer than itself")
  func daemon() throws {
    let folder = try Folder()
    let (ending, _) = try ShellCommand.run(
      "sleep 600 & echo $! > \(folder.path)/pid", timeoutSeconds: 300)
    #expect(ending == .exited(0))
    let text = try String(contentsOfFile: folder.path + "/pid", encoding: .utf8)
    let child = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(kill(child, SIGKILL) == 0, "it runs on")
  }

  @Test("the action and the node are filled in, and an error repeats the command")
  func control() throws {
    let control = CommandControl(template: "echo no {action} of {node} >&2; exit 4")
    #expect(control.command(.resume, node: 2) == "echo no continue of 2 >&2; exit 4")
    do throws(RunError) {
      try control.perform(.kill, node: 7)
      Issue.record("it succeeded")
    } catch {
      let text = error.description
      #expect(text.hasPrefix("--broker-control: kill of node 7: \"echo no kill of 7"), "\(text)")
      #expect(text.hasSuffix("ended with exit code 4; it said: no kill of 7"), "\(text)")
    }
    let hanging = CommandControl(template: "sleep 600 # {action} {node}", timeoutSeconds: 0.5)
    do throws(RunError) {
      try hanging.perform(.pause, node: 1)
      Issue.record("it succeeded")
    } catch {
      #expect(error.description.contains("did not end within 0.5 s and was ended; it said nothing"))
    }
  }
}
