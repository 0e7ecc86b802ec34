/// Going through a computation without computing anything, to see what memory it takes.
///
/// Tensors are made, kept and let go as ever, but in a pool of their own whose memory is hardly touched, and loops over
/// elements are passed over. The pool then knows the peak to the byte, whatever the operations keep for their derivatives:
/// nothing has to be told here when one of them changes. Values mean nothing meanwhile.
///
/// The small tensors that threads make for themselves inside of a loop are not seen.
public enum Rehearsal {
  /// Whether this task rehearses.
  public static var isOn: Bool { MemoryPool.current?.isRehearsal ?? false }

  /// Rehearses `body` with the tensors in a pool made for that.
  public static func run<Result>(in pool: MemoryPool, _ body: () throws -> Result) rethrows -> Result {
    precondition(pool.isRehearsal, "a rehearsal needs a pool that was made for one")
    return try MemoryPool.$current.withValue(pool, operation: body)
  }

  /// Whether a loop over so many elements is gone through all the same: what is small may decide the way, as the weights
  /// of a norm do.
  static func works(on count: Int) -> Bool { count <= 1 << 14 || !isOn }
}
