import CKernels
import Foundation

/// The memory that this process may use.
public enum SystemMemory {
  /// Bytes of the machine, or of the tightest limit on this process: that of its control groups (version 1 or 2), or the
  /// room that `ulimit -v` leaves beside what is mapped and not in memory.
  public static var limit: Int {
    var limit = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    #if os(Linux)
      let groups = (try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8)) ?? ""
      limit = min(limit, controlGroupLimit(groups: groups, root: "/sys/fs/cgroup") ?? limit)
    #endif
    if let addresses = AddressSpace.current { limit = min(limit, addresses.free + resident) }
    return limit
  }

  /// Gives memory that `malloc` holds for later back to the system: glibc keeps up to 64 MiB for each thread that has read
  /// a file.
  public static func giveBackFreedMemory() { attune_give_back_freed_memory() }

  /// Bytes of this process that are in memory now; 0 where the system does not report it.
  public static var resident: Int { pages?.resident ?? 0 }

  /// The most bytes of this process that were in memory at a time; nil where the system does not report it.
  public static var peakResident: Int? {
    #if os(Linux)
      let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
      let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
      return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
    #else
      return nil
    #endif
  }

  /// Bytes of this process that are mapped, and those of them that are in memory now; nil where the system does not report
  /// them.
  static var pages: (mapped: Int, resident: Int)? {
    #if os(Linux)
      let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
      let counts = text.split(separator: " ").prefix(2).compactMap { Int($0) }
      let size = Int(sysconf(Int32(_SC_PAGESIZE)))
      return counts.count == 2 ? (counts[0] * size, counts[1] * size) : nil
    #else
      return nil
    #endif
  }

  /// The lowest memory limit of a process's control groups and of all groups around them; nil where none is set.
  ///
  /// - Parameters:
  ///   - groups: the text of `/proc/PID/cgroup`: a line `NUMBER:CONTROLLERS:PATH` a hierarchy, without controllers for
  ///     version 2.
  ///   - root: where the hierarchies are mounted. In a container the mount may start at the process's own group, so
  ///     that the path leads nowhere; the mount's root then has the limit.
  package static func controlGroupLimit(groups: String, root: String) -> Int? {
    var limits: [Int] = []
    for line in groups.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let places: [(mount: String, file: String)]
      if parts[1].isEmpty {
        places = [(root, "memory.max"), (root + "/unified", "memory.max")]
      } else if parts[1].split(separator: ",").contains("memory") {
        places = [(root + "/memory", "memory.limit_in_bytes")]
      } else {
        continue
      }
      for place in places {
        var folder = place.mount
        for name in [""] + parts[2].split(separator: "/").map(String.init) {
          if !name.isEmpty { folder += "/" + name }
          let text = try? String(contentsOfFile: "\(folder)/\(place.file)", encoding: .utf8)
          if let limit = text.flatMap({ Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }) {
            limits.append(limit)
          }
        }
      }
    }
    return limits.min()
  }
}
