import ArgumentParser
import Inference

/// Of several answers to a prompt the one with the highest score.
struct BestOfOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "Samples so many answers to each prompt and gives the one with the highest score. Needs a --temperature.")
  var bestOf: Int?

  @Option(
    help: ArgumentHelp(
      "What scores the answers: a reward model; or `implicit`, the adapter that was trained on preferences.",
      valueName: "model"), transform: { $0 == Self.implicit ? $0 : try pathArgument($0) })
  var reward: String?

  @Option(
    help: "An adapter for the reward model; with `implicit` one for --model. Default with `implicit`: --adapter.",
    transform: pathArgument)
  var rewardAdapter: String?

  @Option(
    parsing: .unconditional,
    help: "With `--reward implicit`: what the log-ratio is multiplied by. Default: 0.1, DPO's.")
  var beta: Double?

  @Option(
    help: "Writes the best answers as records to train on, a line each; those that were cut off are left out.",
    transform: newFileArgument)
  var picks: String?

  /// Whether the preference-trained adapter itself scores.
  private var isImplicit: Bool { reward == Self.implicit }

  /// Checks the options together with those of the command.
  ///
  /// - Throws: `ValidationError`.
  func validate(temperature: Double, hasAdapter: Bool) throws {
    guard let bestOf else {
      for (name, isGiven) in [
        ("--reward", reward != nil), ("--reward-adapter", rewardAdapter != nil), ("--beta", beta != nil),
        ("--picks", picks != nil),
      ] where isGiven { throw ValidationError("'\(name)' goes with '--best-of': how many answers to choose from.") }
      return
    }
    guard 1...Self.most ~= bestOf else {
      throw ValidationError("'--best-of \(bestOf)': expected a whole number from 1 to \(Self.most).")
    }
    if reward == nil { throw ValidationError("'--best-of' needs '--reward': a reward model, or implicit.") }
    if temperature == 0 {
      throw ValidationError(
        "'--best-of' samples answers, and at temperature 0 all are the same: give a '--temperature' above 0.")
    }
    if let beta, !isImplicit || !(beta.isFinite && beta > 0) {
      throw ValidationError(
        isImplicit
          ? "'--beta \(beta)': expected a number above 0." : "'--beta' goes with '--reward implicit' alone.")
    }
    if isImplicit, rewardAdapter == nil, !hasAdapter {
      throw ValidationError(
        "'--reward implicit' needs the adapter that was trained on preferences: '--adapter' or '--reward-adapter'.")
    }
  }

  /// What scores the answers; nil where no best answer is asked for.
  var scoredBy: BestOf.Reward? {
    guard let reward else { return nil }
    return isImplicit
      ? .implicit(adapter: rewardAdapter, beta: beta ?? Self.standardBeta)
      : .model(path: reward, adapter: rewardAdapter)
  }

  private static let implicit = "implicit"
  private static let most = 10_000
  /// DPO's (2305.18290).
  private static let standardBeta = 0.1
}
