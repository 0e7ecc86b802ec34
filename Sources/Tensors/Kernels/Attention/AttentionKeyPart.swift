import CKernels

extension AttentionBackward {
  /// A block of keys with its values, packed for all products of the backward pass, and the gradients of both.
  struct KeyPart {
    let keys: Range<Int>
    let transposedKeys, transposedValues, straightKeys: PackedFactor
    let keyGradient, valueGradient: Tensor

    init(_ backward: AttentionBackward, _ keys: Range<Int>, keyHead: Int) {
      let (geometry, pass) = (backward.geometry, backward.pass)
      let (kernels, width) = (backward.kernels, geometry.headWidth)
      let keyRows = geometry.head(keyHead, of: pass.k, keys)
      self.keys = keys
      transposedKeys = PackedFactor(kernels, keyRows.transposed)
      transposedValues = PackedFactor(kernels, geometry.head(keyHead, of: pass.v, keys).transposed)
      straightKeys = PackedFactor(kernels, keyRows)
      keyGradient = Tensor.zeros([keys.count, width])
      valueGradient = Tensor.zeros([keys.count, width])
    }

    /// Adds the gradients to `[S, K·D]`.
    func add(to sums: (q: Tensor?, k: Tensor?, v: Tensor?), _ geometry: AttentionGeometry, keyHead: Int) {
      let (width, first) = (geometry.headWidth, (keys.lowerBound * geometry.keyHeads + keyHead) * geometry.headWidth)
      for (gradient, sums) in [(keyGradient, sums.k), (valueGradient, sums.v)] {
        guard let sums else { continue }
        attune_add_rows(gradient.pointer, width, sums.pointer + first, sums.shape[1], keys.count, width)
      }
    }
  }
}
