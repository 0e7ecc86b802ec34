import Autodiff
import Tensors

/// The rows of a layout that somebody reads: the last layer computes keys and values of all rows, but only these queries
/// and what follows from them.
struct RequestedRows {
  /// The rows, ascending.
  let rows: [Int]
  /// Who sees whom, with the queries counted among the requested rows.
  let spans: [AttentionSpan]
  /// The positions of the rows.
  let positions: [Int]

  /// Selects rows of a layout.
  ///
  /// - Parameter rows: ascending, each once.
  init(_ rows: [Int], of layout: SequenceLayout) {
    precondition(zip(rows, rows.dropFirst()).allSatisfy(<), "rows are requested in ascending order, each once")
    self.rows = rows
    positions = rows.map { layout.positions[$0] }
    var spans: [AttentionSpan] = []
    var next = 0
    for span in layout.spans.sorted(by: { $0.queries.lowerBound < $1.queries.lowerBound }) {
      // Neighbouring rows are queries that end where their keys end.
      while next < rows.count, span.queries.contains(rows[next]) {
        let start = next
        while next < rows.count, rows[next] == rows[start] + next - start, span.queries.contains(rows[next]) {
          next += 1
        }
        let unseen = span.queries.upperBound - (rows[next - 1] + 1)
        spans.append(
          AttentionSpan(
            queries: start..<next, keys: span.keys.lowerBound..<span.keys.upperBound - unseen, context: span.context))
      }
    }
    precondition(next == rows.count, "a requested row is in no sequence")
    self.spans = spans
  }
}
