import Foundation

/// The processor's name, and what of it decides how OpenBLAS is set up.
public enum Processor {
  /// The processor's name as the system reports it.
  public static let name: String = cpuInformation["model name"] ?? "unknown"
  /// Whether it has 512-bit vectors.
  public static let hasAVX512: Bool = ["avx512f", "avx512bw", "avx512dq", "avx512vl"].allSatisfy(flags.contains)

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
