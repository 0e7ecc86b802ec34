import Autodiff

extension PreferenceLoss {
  /// The hinge of sequence likelihood calibration (2305.10425) on DPO's margin: `max(0, 1 - βh)`, as `hinge-norm` of
  /// 2309.06657 and TRL's `hinge` have it.
  public static func hinge(beta: Double) -> PreferenceLoss {
    PreferenceLoss(againstReferenceWith: beta) { scores in relu(Float(-beta) * scores.margins + 1) }
  }
}
