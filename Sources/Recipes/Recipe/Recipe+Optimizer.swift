import Optimization

extension Recipe {
  /// The optimizer's settings.
  public struct Optimizer: Sendable, Equatable {
    /// The rule of the update.
    public enum Method: String, Sendable, CaseIterable {
      /// Adam with decoupled weight decay (1711.05101).
      case adamw
    }

    /// The rule of the update.
    public var method = Method.adamw
    /// The peak learning rate. 3e-4: LLaMA's, for its 7B and 13B models.
    public var learningRate = 3e-4
    /// Decay of the first moment. 0.9: LLaMA's.
    public var beta1 = 0.9
    /// Decay of the second moment. 0.95: LLaMA's.
    public var beta2 = 0.95
    /// Added to the root of the second moment. 1e-8: PyTorch's `AdamW`.
    public var epsilon = 1e-8
    /// Weight decay of tensors of rank 2 and more. 0.1: LLaMA's.
    public var weightDecay = 0.1
    /// The largest global norm of the gradient; nil: never clipped. 1: LLaMA's.
    public var clipNorm: Double? = 1.0
    /// How the moments are held. float32: PyTorch's.
    public var moments = Moments.Precision.float32
    /// Whether each weight is updated during the backward pass, which then frees its gradient. false: as in PyTorch, all are
    /// updated after it.
    public var isInBackward = false

    /// The defaults.
    public init() {}
  }

  /// How the learning rate moves over the steps.
  public struct Schedule: Sendable, Equatable {
    /// The curve after the warm-up.
    public typealias Method = Optimization.Schedule.Decay

    /// How long the learning rate rises from 0 to its peak.
    public enum Warmup: Sendable, Equatable {
      /// So many steps.
      case steps(Int)
      /// So large a share of all steps.
      case fraction(Double)
    }

    /// The curve after the warm-up. cosine: LLaMA's.
    public var method = Method.cosine
    /// The rise. 20 steps: ours, a few per cent of a run on some thousand records (LLaMA's 2000 are for a million steps).
    public var warmup = Warmup.steps(20)
    /// The last learning rate over the peak. 0.1: LLaMA's.
    public var finalFraction = 0.1

    /// The defaults.
    public init() {}
  }
}

extension Recipe.Optimizer {
  init(_ section: Section) {
    section.choice("method", &method)
    section.number("learning_rate", &learningRate, .positive)
    betas(section)
    section.number("epsilon", &epsilon, .positive)
    section.number("weight_decay", &weightDecay, .notNegative)
    section.number("clip_norm", &clipNorm, .positive)
    section.choice("moments", &moments)
    section.flag("in_backward", &isInBackward)
  }

  private mutating func betas(_ section: Section) {
    guard let node = section.value("betas") else { return }
    guard case .list(let elements) = node.content, elements.count == 2 else {
      section.report("betas", "expected two numbers, as in [0.9, 0.95].")
      return
    }
    let numbers = elements.compactMap { section.number($0, "betas", expected: "a number \(Bound.belowOne.text)") }
    guard numbers.count == 2 else { return }
    if numbers.allSatisfy(Bound.belowOne.contains) {
      (beta1, beta2) = (numbers[0], numbers[1])
    } else {
      section.report("betas", "expected two numbers of at least 0 and less than 1, found \(numbers).")
    }
  }

  var resolved: ResolvedValue {
    .section([
      ("method", .text(method.rawValue)), ("learning_rate", .number(learningRate)),
      ("betas", .list([.number(beta1), .number(beta2)])), ("epsilon", .number(epsilon)),
      ("weight_decay", .number(weightDecay)), ("clip_norm", clipNorm.map { .number($0) } ?? .text("none")),
      ("moments", .text(moments.rawValue)), ("in_backward", .bool(isInBackward)),
    ])
  }
}

extension Recipe.Schedule {
  init(_ section: Section) {
    section.choice("method", &method)
    var steps = 20
    var fraction = 0.0
    section.integer("warmup_steps", &steps, atLeast: 0)
    section.number("warmup_fraction", &fraction, .fraction)
    warmup = section.has("warmup_fraction") ? .fraction(fraction) : .steps(steps)
    if section.has("warmup_steps"), section.has("warmup_fraction") {
      section.report("warmup_fraction", "give either `warmup_steps` or `warmup_fraction`, not both.")
    }
    section.number("final_fraction", &finalFraction, .fraction)
  }

  var resolved: ResolvedValue {
    let warmup: ResolvedValue.Field =
      switch self.warmup {
      case .steps(let steps): ("warmup_steps", .integer(steps))
      case .fraction(let fraction): ("warmup_fraction", .number(fraction))
      }
    return .section([("method", .text(method.rawValue)), warmup, ("final_fraction", .number(finalFraction))])
  }
}
