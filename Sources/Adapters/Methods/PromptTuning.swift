import Autodiff
import LanguageModels
import StrictJSON
import Tensors

/// Prompt tuning (2104.08691): learned embeddings in front of every sequence.
public struct PromptTuning: AdapterMethod {
  package static let name = "prompt"

  /// P: the number of embeddings; required, as PEFT's `num_virtual_tokens`.
  public var length: Int
  /// The text whose embeddings the prompt starts as; nil: random, PEFT's `prompt_tuning_init`.
  public var initialText: String?

  /// The width of a row that a file names.
  private var fileWidth: Int?

  /// A prompt that starts at random.
  public init(length: Int) {
    self.length = length
  }

  package var summary: String { "prompt of \(length) positions" }

  package var contextLength: Int { length }

  package var reasonAgainstMerging: String? {
    "a prompt is rows in front of the text, and no weight of a model holds those"
  }

  package func problems(for model: DecoderConfiguration, hasTokenizer: Bool) -> [AdapterProblem] {
    var problems = VirtualTokens.problems(length, for: model)
    if initialText != nil, !hasTokenizer {
      problems.append(
        AdapterProblem("initial_text", "needs a tokenizer, and the model has none; leave it out for a random start"))
    }
    return problems
  }

  /// The learned rows. The tokens of an initial text are repeated or cut to the prompt's length, as PEFT does.
  package func attachments(for model: LanguageModel, _ tensors: AdapterTensors) throws -> Attachments {
    let (length, width) = (length, model.configuration.hiddenSize)
    try VirtualTokens.check("token_dim", fileWidth, is: width)
    let initial = initialText.map(tensors.tokens(of:)) ?? []
    guard initialText == nil || !initial.isEmpty || tensors.areRead else {
      throw AdapterProblem("initial_text", "gives no token; expected a text with at least one")
    }
    let rows = try tensors.make(VirtualTokens.tensorName, [length, width]) { stream in
      // PEFT's random start, which is torch's for embeddings: the standard normal distribution.
      guard !initial.isEmpty else { return stream.normalTensor([length, width], deviation: 1) }
      let tokens = (0..<length).map { initial[$0 % initial.count] }
      return withoutGradients { model.embeddings(of: tokens).value.cast(to: .float32).copy() }
    }
    var attachments = Attachments()
    attachments.context = .embeddings(length: length) { rows }
    return attachments
  }

  package static let fileType = "PROMPT_TUNING"
  package static let wholeTensorPrefix: String? = VirtualTokens.namePrefix

  package init(_ file: AdapterReader) throws {
    try file.refuseOthers(
      than: VirtualTokens.fileKeys + [
        "prompt_tuning_init", "prompt_tuning_init_text", "tokenizer_name_or_path", "tokenizer_kwargs",
      ])
    self.init(length: try file.positive("num_virtual_tokens"))
    fileWidth = try VirtualTokens.dimension("token_dim", file)
  }

  package func fileMembers(
    for model: DecoderConfiguration, tensors names: [String]
  ) -> [(key: String, value: JSONValue)] {
    VirtualTokens.fileMembers(length, width: model.hiddenSize, heads: model.attention.headCount, model)
      + [("prompt_tuning_init", "RANDOM")]
  }
}

extension AdapterConfiguration {
  /// Prompt tuning with these settings.
  public static func prompt(_ settings: PromptTuning) -> AdapterConfiguration { AdapterConfiguration(settings) }
}
