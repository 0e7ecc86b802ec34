import StrictJSON

/// What a preference objective reports besides its loss: sums over answers, so that the parts of a step add up.
public struct PreferenceSums: Sendable, Equatable {
  /// The answers of one side.
  public struct Answers: Sendable, Equatable {
    /// How many.
    public var count = 0
    /// The sum of their rewards.
    public var rewards = 0.0
    /// The sum of their log-probabilities; nil for answers that have only a reward.
    public var logProbabilities: Double? = 0

    /// Adds an answer.
    mutating func add(reward: Double, logProbability: Double?) {
      count += 1
      rewards += reward
      logProbabilities = Self.sum(logProbabilities, logProbability)
    }

    private static func sum(_ a: Double?, _ b: Double?) -> Double? { a.flatMap { a in b.map { a + $0 } } }

    static func + (a: Answers, b: Answers) -> Answers {
      Answers(
        count: a.count + b.count, rewards: a.rewards + b.rewards,
        logProbabilities: sum(a.logProbabilities, b.logProbabilities))
    }
  }

  /// The better answers.
  public var chosen = Answers()
  /// The worse answers.
  public var rejected = Answers()
  /// Pairs, or single answers, that count as right or wrong.
  public var judged = 0
  /// How many of them are right.
  public var right = 0

  /// Nothing yet.
  public init() {}

  /// The mean reward of the better answers; nil where there are none.
  public var chosenReward: Double? { Self.mean(chosen.rewards, chosen.count) }
  /// The mean reward of the worse answers; nil where there are none.
  public var rejectedReward: Double? { Self.mean(rejected.rewards, rejected.count) }
  /// How much more reward the better answers get.
  public var margin: Double? { chosenReward.flatMap { chosen in rejectedReward.map { chosen - $0 } } }
  /// The share of pairs whose better answer gets more reward than the worse one.
  public var accuracy: Double? { Self.mean(Double(right), judged) }
  /// The mean log-probability of complete better answers.
  public var chosenLogProbability: Double? { Self.mean(chosen.logProbabilities, chosen.count) }
  /// The mean log-probability of complete worse answers.
  public var rejectedLogProbability: Double? { Self.mean(rejected.logProbabilities, rejected.count) }

  private static func mean(_ sum: Double?, _ count: Int) -> Double? {
    count > 0 ? sum.map { $0 / Double(count) } : nil
  }

  /// The sums over both.
  public static func + (a: PreferenceSums, b: PreferenceSums) -> PreferenceSums {
    var sum = PreferenceSums()
    (sum.chosen, sum.rejected) = (a.chosen + b.chosen, a.rejected + b.rejected)
    (sum.judged, sum.right) = (a.judged + b.judged, a.right + b.right)
    return sum
  }

  /// The means as members of an event; null where there is none.
  public var members: [(key: String, value: JSONValue)] {
    let values = [
      ("chosen_reward", chosenReward), ("rejected_reward", rejectedReward), ("margin", margin), ("accuracy", accuracy),
      ("chosen_log_probability", chosenLogProbability), ("rejected_log_probability", rejectedLogProbability),
    ]
    return values.map { ($0, $1.map { .double($0) } ?? .null) }
  }
}
