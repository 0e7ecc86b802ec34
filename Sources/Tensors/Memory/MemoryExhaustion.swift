/// The request that memory did not suffice for, in bytes.
public struct MemoryExhaustion: Sendable, CustomStringConvertible {
  /// What memory is needed for.
  public enum Purpose: Sendable, Equatable {
    /// Tensors of a computation.
    case tensors
    /// Tensors of a ``Rehearsal``: nothing was computed yet.
    case rehearsal
    /// Libraries' buffers for the products of some threads: nothing was computed yet.
    case products(threads: Int)
  }

  /// What the memory was needed for.
  public let purpose: Purpose
  /// The bytes needed in one piece.
  public let needed: Int
  /// The bytes that tensors held.
  public let used: Int
  /// The bytes taken from the system.
  public let reserved: Int
  /// The bytes that may be taken from the system.
  public let limit: Int
  /// The limit of the address space; nil where there is none.
  public let addresses: AddressSpace?

  /// The figures in a sentence.
  public var description: String {
    switch purpose {
    case .tensors:
      "out of memory: \(Self.mebibytes(needed)) more are needed, tensors hold \(Self.mebibytes(used))"
        + (reserved < limit && needed <= limit - reserved
          ? " and \(addresses?.description ?? "the system gives no more")" : " of at most \(Self.mebibytes(limit))")
    case .rehearsal:
      "this run needs more than \(Self.mebibytes(used + needed)) for its tensors, and "
        + (addresses?.description(with: reserved) ?? "the system does not give the addresses")
    case .products(let threads):
      "the matrix products of \(threads) thread\(threads == 1 ? "" : "s") need \(Self.mebibytes(needed)) of addresses, "
        + "and "
        + (addresses.map { "\($0): raise it to at least \(Self.mebibytes($0.mapped + needed + AddressSpace.reserve))" }
          ?? "the system gives no more")
    }
  }

  private static func mebibytes(_ bytes: Int) -> String { "\((bytes >> 20) + 1) MiB" }
}

extension AddressSpace: CustomStringConvertible {
  /// The limit and what remains of it, as a clause.
  public var description: String { description(with: 0) }

  /// The limit and what remains of it when some bytes are given back, as a clause.
  fileprivate func description(with more: Int) -> String {
    "the limit of the address space (`ulimit -v`) of \(limit >> 20) MiB leaves \((free + more) >> 20) MiB"
  }
}
