import Foundation
import Tensors
import Testing

@Suite("The memory limit of control groups")
struct SystemMemoryTests {
  private let root = FileManager.default.temporaryDirectory.appendingPathComponent("attune-groups-\(UUID())")

  private func write(_ text: String, to path: String) throws {
    let file = root.appendingPathComponent(path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data("\(text)\n".utf8).write(to: file)
  }

  private func limit(_ groups: String) -> Int? { SystemMemory.controlGroupLimit(groups: groups, root: root.path) }

  @Test("version 2: the tightest group around the process counts; 'max' is none")
  func version2() throws {
    defer { try? FileManager.default.removeItem(at: root) }
    try write("max", to: "jobs/run/memory.max")
    #expect(limit("0::/jobs/run\n") == nil)
    try write("3000", to: "jobs/memory.max")
    #expect(limit("0::/jobs/run\n") == 3000)
    try write("2000", to: "jobs/run/memory.max")
    #expect(limit("0::/jobs/run\n") == 2000)
    #expect(limit("0::/elsewhere\n") == nil)
    // In a container the mount's root is the process's own group.
    try write("1000", to: "memory.max")
    #expect(limit("0::/\n") == 1000)
    #expect(limit("0::/../../hidden\n") == 1000)
  }

  @Test("version 1, beside other controllers")
  func version1() throws {
    defer { try? FileManager.default.removeItem(at: root) }
    try write("5000", to: "memory/jobs/memory.limit_in_bytes")
    #expect(limit("9:name=systemd:/jobs\n4:memory:/jobs/run\n3:cpu,cpuacct:/jobs\n") == 5000)
    #expect(limit("9:name=systemd:/jobs\n3:cpu,cpuacct:/jobs\n") == nil)
    #expect(limit("not a line") == nil)
  }

  @Test("a limit is no more than the machine has")
  func machine() {
    #expect(1...Int(clamping: ProcessInfo.processInfo.physicalMemory) ~= SystemMemory.limit)
  }
}
