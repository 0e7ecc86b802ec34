import Autodiff
import Tensors

extension LanguageModel {
  /// Losses of some tokens, each predicted from the row before it.
  ///
  /// - Parameters:
  ///   - states: what ``states(_:rows:cache:)`` gave, `[T, C]`.
  ///   - rows: the rows that predict.
  ///   - targets: the tokens they should predict.
  ///   - weights: what the gradients of the losses are expected to be a multiple of, which saves time; nil: 1.
  public func losses(
    _ states: Variable, rows: [Int], targets: [Int32], expecting weights: [Float]? = nil
  ) -> TokenLosses {
    precondition(configuration.head == .vocabulary, "a reward model predicts no tokens")
    let parts =
      attachments.head?.parts(attachedHead, states, pass)
      ?? [LogitPart(states: states, weight: attachments(head))]
    return crossEntropy(parts, rows: rows, targets: targets, expecting: weights)
  }

  /// The vocabulary's head as a layer.
  private var attachedHead: Linear { attachments.replaced(Linear(head)) }

  /// The logits of some rows of states, `[n, V]`, in float32: for generation, a row a sequence.
  public func logits(_ states: Variable, rows: [Int]) -> Tensor {
    precondition(configuration.head == .vocabulary, "a reward model predicts no tokens")
    return withoutGradients {
      let states = rows.elementsEqual(0..<states.shape[0]) ? states : states.selectingRows(rows)
      if let adapter = attachments.head {
        return adapter.apply(attachedHead, to: states.cast(to: .float32), pass).value
      }
      return product(of: states, attachments(head))
    }
  }

  /// `states Wᵀ` in float32. Where both factors are bfloat16 they are multiplied as they are.
  private func product(of states: Variable, _ weight: Variable) -> Tensor {
    let states = weight.elementType == .bfloat16 ? states : states.cast(to: .float32)
    let result = Tensor(uninitialized: [states.shape[0], weight.shape[0]])
    multiply(
      MatrixOperand(states.value), MatrixOperand(weight.value, transposed: true), into: MatrixOperand(result))
    return result
  }

  /// A reward model's scores of the sequences that end at some rows, `[n]`, in float32.
  ///
  /// - Parameters:
  ///   - states: what ``states(_:rows:cache:)`` gave, `[T, C]`.
  ///   - rows: the rows of the sequences' last tokens.
  public func scores(_ states: Variable, rows: [Int]) -> Variable {
    precondition(configuration.head == .score, "a language model scores no sequences")
    return linear(states.selectingRows(rows).cast(to: .float32), attachments(head)).reshaped([rows.count])
  }
}
