import Foundation
import Testing

@Suite("attune bench", .needsProgram)
struct BenchTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  /// The report on the tiny model.
  private func report(_ environment: [String: String] = [:], precision: String) throws -> [String: Any] {
    let run = try ProgramRun(
      ["bench", "--model", "model", "--batch", "1", "--sequence", "64", "--json", "--precision", precision],
      environment: environment, workingDirectory: workspace.path)
    #expect(run.exitCode == 0, "\(run.messages)")
    return try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
  }

  @Test("kernels, products, steps and generation, each next to what bounds it")
  func bounds() throws {
    let report = try report(precision: "float32")
    #expect(report["memory_bytes_per_second"] as? Double ?? 0 > 1e8)
    let kernels = try #require(report["kernel_speeds"] as? [[String: Any]])
    for kernel in kernels where kernel["available"] as? Bool == true {
      #expect(kernel["gflops"] as? Double ?? 0 > 0 && kernel["peak_gflops"] as? Double ?? 0 > 0, "\(kernel)")
    }
    #expect(kernels.count { $0["chosen"] as? Bool == true } == 2, "one for each element type")
    for step in ["training_step", "lora_step"] {
      let step = try #require(report[step] as? [String: Any])
      #expect(0...1 ~= step["serial_share"] as? Double ?? -1)
      #expect((step["sections"] as? [[String: Any]])?.isEmpty == false)
      let bounds = try #require(step["bounds"] as? [[String: Any]])
      #expect(bounds.map { $0["threads"] as? Int } == [16, 64])
      #expect(bounds.allSatisfy { 1...64 ~= $0["speed"] as? Double ?? 0 })
    }
    let generation = try #require(report["generation"] as? [[String: Any]])
    #expect(generation.map { $0["sequences"] as? Int } == [1, 16])
    #expect(generation.allSatisfy { $0["share_of_memory"] as? Double ?? 0 > 0 })
  }

  @Test("OpenBLAS is set up before its core is reported, also where no product needs it")
  func core() throws {
    let report = try report(["OPENBLAS_CORETYPE": "Prescott"], precision: "bfloat16")
    let hasAVX512 = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.contains("avx512vl") ?? false
    let core = hasAVX512 ? "SkylakeX" : "Prescott"
    #expect(report["openblas_core"] as? String == core)
    #expect((report["openblas"] as? String)?.contains(core) == true)
  }
}
