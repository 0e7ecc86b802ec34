import Autodiff
import Tensors

/// A prompt with answers to it, as tokens.
public struct AnsweredPrompt: Sendable {
  /// The prompt, never empty.
  public let prompt: [Int32]
  /// The answers; an empty one means that there is no answer in its place.
  public let answers: [[Int32]]

  /// Puts answers to a prompt.
  public init(prompt: [Int32], answers: [[Int32]]) {
    self.prompt = prompt
    self.answers = answers
  }

  /// The tokens of all answers, each after a prompt of its own that goes without its first tokens.
  func tokenCount(without shared: Int) -> Int {
    answers.reduce(0) { $0 + ($1.isEmpty ? 0 : prompt.count - shared + $1.count) }
  }
}

extension SequenceTree {
  /// Prompts, each followed by its answers.
  ///
  /// - Returns: the tree, and the segments of the answers, prompt by prompt.
  public static func of(_ prompts: [AnsweredPrompt]) -> (tree: SequenceTree, answers: [[Segment]]) {
    var tree = SequenceTree()
    let answers = prompts.map { asked in
      let prompt = tree.append(asked.prompt)
      return asked.answers.map { tree.append($0, to: prompt) }
    }
    return (tree, answers)
  }
}

extension LanguageModel {
  /// `log π(y|x) = Σ log p(token)` of every answer to every prompt; 0 of an empty one. Nothing is recorded for gradients.
  ///
  /// - Parameter tokensAtATime: prompts are computed together up to so many tokens; a longer one alone.
  public func logProbabilities(of prompts: [AnsweredPrompt], tokensAtATime: Int = tokensPerPass) -> [[Float]] {
    answerValues(of: prompts, tokensAtATime) { tree, answers in
      let predictions = tree.predictions(of: answers, sharingPrefixes: sharesPrefixes)
      return -losses(of: predictions).losses.sums(over: answers.map { predictions[$0] })
    }
  }

  /// A reward model's score of every answer to every prompt; 0 of an empty one. Nothing is recorded for gradients.
  ///
  /// - Parameter tokensAtATime: prompts are computed together up to so many tokens; a longer one alone.
  public func rewards(of prompts: [AnsweredPrompt], tokensAtATime: Int = tokensPerPass) -> [[Float]] {
    answerValues(of: prompts, tokensAtATime) { tree, answers in
      let endings = tree.endings(of: answers, sharingPrefixes: sharesPrefixes)
      return scores(of: endings).sums(over: answers.map { endings[$0] })
    }
  }

  /// A value for every answer to every prompt, some prompts at a time; those with the same beginning together.
  private func answerValues(
    of prompts: [AnsweredPrompt], _ tokensAtATime: Int, _ values: (SequenceTree, [SequenceTree.Segment]) -> Variable
  ) -> [[Float]] {
    let grouping = Grouping(
      prompts.map(\.prompt), tokensAtATime: tokensAtATime, sharingPrefixes: sharesPrefixes
    ) { prompts[$0].tokenCount(without: $1) }
    let found = grouping.groups.flatMap { group in
      let (tree, answers) = SequenceTree.of(group.map { prompts[$0] })
      var rest = TensorLifetime.passing {
        withoutGradients { values(tree, answers.flatMap { $0 }) }.value.array[...]
      }
      return answers.map { answers in
        defer { rest = rest.dropFirst(answers.count) }
        return Array(rest.prefix(answers.count))
      }
    }
    return grouping.ordered(found)
  }
}
