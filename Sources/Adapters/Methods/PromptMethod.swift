import Autodiff
import Diagnostics
import LanguageModels
import Tensors

extension AdapterConfiguration.Prompt {
  /// Puts learned embeddings before every sequence (2104.08691).
  ///
  /// - Parameter initialTokens: the initial text as tokens, which are repeated or cut to the prompt's length as PEFT does.
  func build(
    on model: LanguageModel, _ tensors: AdapterTensors, initialTokens: [Int32]
  ) throws -> Attachments {
    let (length, width) = (length, model.configuration.hiddenSize)
    guard initialText == nil || !initialTokens.isEmpty || tensors.areRead else {
      throw AdapterProblem("initial_text", "gives no token; expected a text with at least one")
    }
    let rows = try tensors.make(PrefixRows.name, [length, width]) { stream in
      // PEFT's random start, torch's for embeddings: the standard normal distribution.
      guard !initialTokens.isEmpty else { return stream.normalTensor([length, width], deviation: 1) }
      let tokens = (0..<length).map { initialTokens[$0 % initialTokens.count] }
      return withoutGradients { model.embeddings(of: tokens).value.cast(to: .float32).copy() }
    }
    var attachments = Attachments()
    attachments.context = .embeddings(length: length) { rows }
    return attachments
  }
}
