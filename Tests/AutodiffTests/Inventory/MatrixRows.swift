import Tensors

/// `[rows, columns]`: columns that are and are not whole vectors, and more than one thread's share of either.
let matrixShapes: [Shape] = [[1, 1], [7, 5], [3, 16], [64, 40], [300, 150]]

/// A row combined with every row of a matrix.
func repeated(_ row: [Double], over matrix: [Double], _ function: (Double, Double) -> Double) -> [Double] {
  matrix.enumerated().map { function($1, row[$0 % row.count]) }
}
