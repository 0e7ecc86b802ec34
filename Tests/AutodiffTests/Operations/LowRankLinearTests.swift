import Autodiff
import Tensors

/// A change alone, with dropout, and beside a frozen second one that is taken away.
var lowRankLinearRows: [InventoryRow] {
  [(1, 5, 3, 1), (5, 33, 17, 4), (70, 48, 65, 8)].flatMap { rows, inputs, outputs, rank in
    let (x, weight) = (normal([rows, inputs]), normal([outputs, inputs], "weight"))
    let (a, b) = (normal([rank, inputs], "a"), normal([outputs, rank], "b"))
    let (startA, startB) = (normal([rank, inputs], "startA"), normal([outputs, rank], "startB"))
    func change(_ x: [Double], _ a: [Double], _ b: [Double]) -> [Double] {
      linearReference(
        linearReference(x, a, rows: rows, inputs: inputs, outputs: rank), b, rows: rows, inputs: rank, outputs: outputs)
    }
    func base(_ x: [Double]) -> [Double] {
      linearReference(x, weight.doubles, rows: rows, inputs: inputs, outputs: outputs)
    }
    let label = "\(rows)×\(inputs)×\(outputs), rank \(rank)"
    let plain = InventoryRow(label, [x, a, b], value: 2e-6, gradient: 4e-6, samples: 6) {
      lowRankLinear($0[0], Variable(weight), [LowRankChange(a: $0[1], b: $0[2], scale: 2)])
    } reference: { x in
      zip(base(x[0]), change(x[0], x[1], x[2])).map { $0 + 2 * $1 }
    }
    let mask = dropout(Variable(Tensor(repeating: 1, x.shape)), rate: 0.25, seed: 3).value.doubles
    let started = InventoryRow("\(label), dropout, start", [x, a, b], value: 2e-6, gradient: 4e-6, samples: 6) {
      lowRankLinear(
        $0[0], Variable(weight),
        [
          LowRankChange(a: $0[1], b: $0[2], scale: 0.5, dropout: (rate: 0.25, seed: 3)),
          LowRankChange(a: Variable(startA), b: Variable(startB), scale: -0.5),
        ])
    } reference: { x in
      let dropped = zip(x[0], mask).map(*)
      let difference = zip(change(dropped, x[1], x[2]), change(x[0], startA.doubles, startB.doubles)).map(-)
      return zip(base(x[0]), difference).map { $0 + 0.5 * $1 }
    }
    // The wide product is rounded before the thin one is added, and so are the results between the thin ones.
    return [plain, plain.inBFloat16([0], value: 1.2e-2, gradient: 1.2e-2), started]
  }
}
