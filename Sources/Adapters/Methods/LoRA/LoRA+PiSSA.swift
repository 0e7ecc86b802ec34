import Autodiff
import Foundation
import LanguageModels
import StrictJSON
import Tensors

// PiSSA (2404.02948): A and B start as the principal part of the weight, and that start is kept beside them.
extension LoRA: TrainingFormMethod {
  /// A = √Σ Vᵀ and B = U √Σ of the r largest singular values of W₀ / s (2404.02948, eq. 2 and 3).
  func principalFactors(of weight: Tensor, rank: Int, scale: Float) -> (a: Tensor, b: Tensor) {
    if Rehearsal.isOn { return (.zeros([rank, weight.shape[1]]), .zeros([weight.shape[0], rank])) }
    return SingularValues(of: weight.cast(to: .float32), count: rank).balancedFactors(scale: 1 / scale)
  }

  private static let startEnding = "_start.weight"

  static func isOfTraining(_ name: String) -> Bool { name.hasSuffix(".lora_A" + startEnding) }

  func checkTrainingForm(_ form: AdapterForm, _ path: String) throws {
    for (name, value) in form.tensors where name.hasSuffix(Self.startEnding) {
      _ = try form.expect(name, [nil, nil], path)
      _ = try form.expect(
        name.replacingOccurrences(of: Self.startEnding, with: ".weight"), value.shape.extents, path)
    }
  }

  /// An ordinary LoRA of twice the rank, `B A - B₀ A₀ = [B, -B₀] [A; A₀]`; α grows so that the scale stays.
  func folded(_ form: AdapterForm) -> AdapterForm {
    guard form.tensors.contains(where: { Self.isOfTraining($0.name) }) else { return form }
    var settings = self
    settings.initialization = .default
    settings.rank *= 2
    settings.alpha *= settings.scaling == .standard ? 2 : 2.0.squareRoot()
    let values = Dictionary(form.tensors, uniquingKeysWith: { first, _ in first })
    let written = form.tensors.compactMap { name, value -> (name: String, value: Tensor)? in
      if name.hasSuffix(Self.startEnding) { return nil }
      guard let start = values[name.replacingOccurrences(of: ".weight", with: Self.startEnding)] else {
        return (name, value)
      }
      return withoutGradients {
        let (now, start) = (Variable(value), Variable(start))
        if name.hasSuffix(".lora_A.weight") { return (name, concatenate([now, start]).value) }
        return (name, concatenate([now.transposed(), -start.transposed()]).transposed().value)
      }
    }
    return AdapterForm(configuration: AdapterConfiguration(settings), tensors: written)
  }

  var foldedMembers: [(key: String, value: JSONValue)] {
    [("r", .integer(rank)), ("lora_alpha", .double(alpha))]
  }
}
