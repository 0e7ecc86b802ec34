/// Going through a computation without computing anything, to find the memory that it needs.
///
/// Tensors are made, kept and released as always, but in a pool of their own whose memory is hardly touched, and loops over
/// elements are skipped. The pool then knows the peak to the byte, whatever the operations keep for their derivatives:
/// nothing here has to change when one of them does. Values mean nothing meanwhile.
///
/// The small tensors that threads make for themselves inside a loop are not counted.
public enum Rehearsal {
  /// Whether this task rehearses.
  public static var isOn: Bool { MemoryPool.current?.isRehearsal ?? false }

  /// Rehearses `body` with the tensors in a pool for rehearsals.
  public static func run<Result>(in pool: MemoryPool, _ body: () throws -> Result) rethrows -> Result {
    precondition(pool.isRehearsal, "a rehearsal needs a pool that was made for one")
    return try MemoryPool.$current.withValue(pool, operation: body)
  }

  /// Whether a loop over this many elements runs all the same: control flow may depend on small tensors, such as the
  /// weights of a norm.
  static func works(on count: Int) -> Bool { count <= 1 << 14 || !isOn }
}
