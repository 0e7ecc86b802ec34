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
      let states = states.selectingRows(rows).cast(to: .float32)
      return (attachments.head?.apply(attachedHead, to: states, pass) ?? linear(states, attachments(head))).value
    }
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
