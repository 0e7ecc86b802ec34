import Foundation

/// The features of the processor that decide how products are computed.
public enum Processor {
  /// The processor's name as the system reports it.
  public static let name: String = cpuInformation["model name"] ?? "unknown"
  /// Whether products may use 512-bit vectors.
  public static let hasAVX512: Bool = ["avx512f", "avx512bw", "avx512dq", "avx512vl"].allSatisfy(flags.contains)
  /// Whether the processor multiplies bfloat16 itself (AVX512-BF16 or AMX).
  public static let hasBFloat16: Bool = hasAVX512BFloat16 || hasTiles
  /// Whether 512-bit vectors multiply bfloat16 (AVX512-BF16).
  static let hasAVX512BFloat16: Bool = hasAVX512 && flags.contains("avx512_bf16")
  /// Whether the processor multiplies whole tiles of bfloat16 (AMX).
  static let hasTiles: Bool = flags.contains("amx_bf16")

  private static let flags = Set((cpuInformation["flags"] ?? "").split(separator: " ").map(String.init))

  /// The first processor's entries of `/proc/cpuinfo`.
  private static let cpuInformation: [String: String] = {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    var entries: [String: String] = [:]
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty { break }
      let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      if parts.count == 2 { entries[parts[0]] = parts[1] }
    }
    return entries
  }()
}
