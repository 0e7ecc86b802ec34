import Autodiff
import InstructionData
import LanguageModels
import Optimization
import Tensors

extension OptimizerStep {
  /// Computes the gradients of a step's micro-batches and takes the step.
  ///
  /// - Parameters:
  ///   - learningRate: η of this step.
  ///   - optimizer: changes the parameters.
  ///   - dropoutSeed: seeds the dropout of a micro-batch, by its index.
  public func callAsFunction<Element>(
    _ objective: Objective<Element>, _ model: LanguageModel, _ microBatches: [[Element]], learningRate: Double,
    _ optimizer: inout Optimizer, dropoutSeed: (_ index: Int) -> UInt64
  ) -> Outcome {
    if isInBackward, microBatches.count == 1 {
      model.dropoutSeed = dropoutSeed(0)
      let pass = BackwardPass(objective: objective, model: model, microBatch: microBatches[0], parameters: parameters)
      return inBackward(pass, learningRate: learningRate, &optimizer)
    }
    let sums = objective.addGradients(model, microBatches, dropoutSeed: dropoutSeed)
    // A rehearsal computes no losses: any finite sums take the step.
    return self(Rehearsal.isOn ? StepSums(count: 1) : sums, learningRate: learningRate, &optimizer)
  }

  /// Takes a step in which every gradient is used, and freed, as soon as it is complete (LOMO, 2306.09782).
  ///
  /// Clipping needs the norm of all gradients before the first parameter changes, so it takes two passes: one for the norm,
  /// one for the updates. The results are those of a step that keeps its gradients, bit for bit. Without clipping one pass
  /// does both. A loss that is not finite then changes nothing either, but of a gradient that is not finite it is found out
  /// when other parameters have been updated: its own parameter alone stays as it is, and the step counts as skipped.
  private func inBackward(
    _ pass: BackwardPass<some Any>, learningRate: Double, _ optimizer: inout Optimizer
  ) -> Outcome {
    var squares: [String: [Double]] = [:]
    func outcome(_ sums: StepSums) -> Outcome {
      let norm = parameters.flatMap { squares[$0.name] ?? [] }.reduce(0, +).squareRoot()
      return Outcome(
        loss: sums.loss / Double(sums.count), gradientNorm: norm / Double(sums.count), preferences: sums.preferences)
    }
    if let clipNorm {
      let first = pass.run { parameter, gradient, _ in squares[parameter.name] = piecesOfSquares(of: [gradient]) }
      let found = outcome(first)
      if found.isSkipped { return found }
      let factor = clippingFactor(norm: found.gradientNorm, limit: clipNorm)
      optimizer.beginStep()
      _ = pass.run { parameter, _, sums in
        optimizer.update(parameter, learningRate: learningRate, gradientScale: factor / Double(sums.count))
      }
      return found
    }
    var isBegun = false
    let sums = pass.run { parameter, gradient, sums in
      let pieces = piecesOfSquares(of: [gradient])
      squares[parameter.name] = pieces
      guard (sums.loss / Double(sums.count)).isFinite, pieces.allSatisfy(\.isFinite) else { return }
      if !isBegun { optimizer.beginStep() }
      isBegun = true
      optimizer.update(parameter, learningRate: learningRate, gradientScale: 1 / Double(sums.count))
    }
    return outcome(sums)
  }
}

/// The forward and backward pass of a step that is one micro-batch, gradient by gradient.
struct BackwardPass<Element: TrainingExample> {
  let objective: Objective<Element>
  let model: LanguageModel
  let microBatch: [Element]
  let parameters: [Parameter]

  /// Passes each parameter's gradient to `body` as soon as it is complete, with what the micro-batch adds up to; then frees
  /// it.
  func run(_ body: (_ parameter: Parameter, _ gradient: Tensor, _ sums: StepSums) -> Void) -> StepSums {
    let nodes = parameters.compactMap { parameter in
      parameter.variable.node.map { (ObjectIdentifier($0), parameter) }
    }
    let byNode = Dictionary(nodes, uniquingKeysWith: { first, _ in first })
    return TensorLifetime.$ofGradients.withValue(.passing) {
      TensorLifetime.passing {
        let loss = objective.loss(model, microBatch)
        var sums = StepSums()
        sums.add(loss)
        // A rehearsal computes no losses: any finite sums take the step.
        if Rehearsal.isOn { sums = StepSums(count: 1) }
        loss.sum.backward { node in
          guard let parameter = byNode[ObjectIdentifier(node)] else { return }
          if let gradient = node.gradient { body(parameter, gradient, sums) }
          parameter.variable.clearGradient()
        }
        return sums
      }
    }
  }
}
