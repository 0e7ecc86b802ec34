import Foundation

/// Memory from the system, in huge pages: a hundredth of the page faults.
enum SystemPages {
  /// The bytes of a huge page.
  static let huge = 2 << 20

  /// A whole number of huge pages that hold some bytes.
  static func rounded(_ count: Int) -> Int { (count + huge - 1) / huge * huge }

  /// Maps memory; the system provides no page of it before it is used.
  ///
  /// - Parameters:
  ///   - count: a whole number of huge pages.
  ///   - address: where, aligned to huge pages; nil: anywhere.
  /// - Returns: the start, aligned to huge pages, and all that has to be unmapped; nil where the system has no more, or
  ///   something else is at the address.
  static func map(_ count: Int, at address: UInt?) -> (start: UInt, mapping: UnsafeMutableRawBufferPointer)? {
    let surplus = address == nil ? huge : 0
    guard let memory = anonymous(count + surplus, PROT_READ | PROT_WRITE, at: address ?? 0) else { return nil }
    let start = (UInt(bitPattern: memory) + UInt(surplus > 0 ? huge - 1 : 0)) & ~UInt(surplus > 0 ? huge - 1 : 0)
    guard address == nil || start == address else {
      munmap(memory, count)
      return nil
    }
    return (start, UnsafeMutableRawBufferPointer(start: memory, count: count + surplus))
  }

  /// Asks the system to use huge pages, or not to.
  static func advise(_ start: UInt, _ count: Int, huge: Bool) {
    #if os(Linux)
      madvise(UnsafeMutableRawPointer(bitPattern: start), count, Int32(huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE))
    #endif
  }

  /// Addresses that nothing uses, aligned to huge pages: a wide range, so that what grows there stays in one piece. They
  /// are not reserved.
  static func unusedAddresses() -> Range<UInt> {
    var count = 1 << 39
    while count > huge {
      if let memory = anonymous(count, PROT_NONE) {
        munmap(memory, count)
        let start = UInt(bitPattern: memory)
        return (start + UInt(huge - 1)) & ~UInt(huge - 1)..<start + UInt(count)
      }
      count /= 2
    }
    return 0..<0
  }

  private static func anonymous(_ count: Int, _ access: Int32, at address: UInt = 0) -> UnsafeMutableRawPointer? {
    let memory = mmap(
      UnsafeMutableRawPointer(bitPattern: address), count, access, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    return memory == MAP_FAILED ? nil : memory
  }
}
