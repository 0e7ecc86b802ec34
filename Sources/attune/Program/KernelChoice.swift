import Diagnostics
import Tensors

/// The kernels that `ATTUNE_KERNELS` asks for.
enum KernelChoice {
  /// Checks that this machine can run them.
  ///
  /// - Throws: `UserError` of kind `recipe` where it can't, or where there are none of that name.
  static func check() throws {
    let usable = KernelSet.all.filter(\.isAvailable).map(\.name)
    let choice = "This machine runs \(usable.joined(separator: ", ")); without ATTUNE_KERNELS it runs \(usable[0])."
    switch KernelSet.request {
    case .best: return
    case .named(let set):
      guard !set.isAvailable else { return }
      throw UserError.recipe(
        "ATTUNE_KERNELS: this processor or system does not offer what \(set.name) needs. \(choice)")
    case .unknown(let name):
      throw UserError.recipe(
        "ATTUNE_KERNELS: there are no kernels '\(name)'.\(suggestion(for: name, in: KernelSet.all.map(\.name))) \(choice)"
      )
    }
  }
}
