import Dispatch

/// The results of a function on every element, computed by several threads, in the elements' order.
func parallelMap<Input: Sendable, Output: Sendable>(
  _ inputs: [Input], threads: Int, _ transform: @Sendable (Input) -> Output
) -> [Output] {
  if threads <= 1 || inputs.count <= 1 { return inputs.map(transform) }
  // Small parts, so that no thread waits for another's long records.
  let part = max(1, min(16, inputs.count / (threads * 4)))
  let parts = (inputs.count + part - 1) / part
  return [Output](unsafeUninitializedCapacity: inputs.count) { buffer, count in
    nonisolated(unsafe) let results = buffer
    DispatchQueue.concurrentPerform(iterations: parts) { index in
      for position in index * part..<min((index + 1) * part, inputs.count) {
        results.initializeElement(at: position, to: transform(inputs[position]))
      }
    }
    count = inputs.count
  }
}
