import Autodiff

/// The rows that an operation is tested with. There is no default: a new case does not compile before it has rows.
func rows(of operation: Operation) -> [InventoryRow] {
  switch operation {
  case .add: additionRows
  case .addRow: rowAdditionRows
  case .subtract: subtractionRows
  case .multiply: multiplicationRows
  case .multiplyRow: rowMultiplicationRows
  case .divide: divisionRows
  case .scale: scalingRows
  case .relu: reluRows
  case .gelu: geluRows
  case .silu: siluRows
  case .sigmoid: sigmoidRows
  case .tanh: tanhRows
  case .exp: expRows
  case .logSigmoid: logSigmoidRows
  case .logOneMinusExp: logOneMinusExpRows
  case .dropout: dropoutRows
  case .reshape: reshapeRows
  case .transpose: transposeRows
  case .concatenate: concatenationRows
  case .selectRows: selectionRows
  case .cast: castRows
  case .sum: sumRows
  case .sumRanges: rangeSumRows
  case .softmax: softmaxRows
  case .matrixProduct: matrixProductRows
  case .linear: linearRows
  case .lowRankLinear: lowRankLinearRows
  case .embedding: embeddingRows
  case .rmsNorm: rmsNormRows
  case .rotary: rotaryRows
  case .attention: attentionRows
  case .swiGLU: swiGLURows
  case .crossEntropy: crossEntropyRows
  case .checkpoint: checkpointRows
  }
}
