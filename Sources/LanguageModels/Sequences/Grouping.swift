/// How many tokens are computed together where nothing is trained: more would need more memory and save no time.
public let tokensPerPass = 2048

/// Splits elements into groups of neighbours that have at most so many tokens together; a longer element is alone.
public func groups<Element>(
  of elements: [Element], tokensAtATime tokens: Int, tokenCount: (Element) -> Int
) -> [ArraySlice<Element>] {
  var groups: [ArraySlice<Element>] = []
  var (start, held) = (0, 0)
  for (index, element) in elements.enumerated() {
    let count = tokenCount(element)
    if index > start, held + count > tokens {
      groups.append(elements[start..<index])
      (start, held) = (index, 0)
    }
    held += count
  }
  if start < elements.count { groups.append(elements[start...]) }
  return groups
}
