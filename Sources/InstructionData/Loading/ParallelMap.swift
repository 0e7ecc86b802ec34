import Dispatch

/// Applies a function to every element on several threads; the results keep the order of the elements.
func parallelMap<Input: Sendable, Output: Sendable>(
  _ inputs: [Input], threads: Int, _ transform: @Sendable (Input) -> Output
) -> [Output] {
  let threads = min(threads, inputs.count)
  if threads <= 1 { return inputs.map(transform) }
  // Small parts in rotation, so that no thread waits long for another's long records.
  let part = max(1, min(16, inputs.count / (threads * 4)))
  return [Output](unsafeUninitializedCapacity: inputs.count) { buffer, count in
    nonisolated(unsafe) let results = buffer
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      for start in stride(from: thread * part, to: inputs.count, by: threads * part) {
        for position in start..<min(start + part, inputs.count) {
          results.initializeElement(at: position, to: transform(inputs[position]))
        }
      }
    }
    count = inputs.count
  }
}
