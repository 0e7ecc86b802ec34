import Autodiff
import LanguageModels
import Tensors

/// A part that can be added to the table that turns tokens into rows.
protocol FoldingEmbedding: EmbeddingAdapter {
  /// The table `[V, C]` that alone gives the rows, in float32.
  func fold(_ table: Tensor) -> Tensor
}

/// LoRA at the embedding, as PEFT has it: the row of token t is `E[t] + s A[:, t] Bᵀ`.
struct LowRankEmbedding: FoldingEmbedding {
  /// `[r, V]` and `[C, r]`.
  let a, b: Variable
  /// s.
  let scale: Float

  func apply(_ table: Variable, to tokens: [Int32]) -> Variable {
    embedding(table, tokens) + scale * linear(embedding(a.transposed(), tokens), b)
  }

  func fold(_ table: Tensor) -> Tensor {
    table.adding(withoutGradients { matrixProduct(a.transposed(), b.transposed()).value }, scale: scale)
  }

  /// Whether this change of a table is also a head's: then one tensor can be both.
  func isSame(as head: LowRank) -> Bool {
    head.bias == nil && head.start == nil && head.scale == scale
      && withoutGradients {
        head.a.value.array == b.transposed().value.array && head.b.value.array == a.transposed().value.array
      }
  }
}
