/// First in, first out, over one array: taking the first moves nothing, mostly.
struct BatchQueue<Element> {
  private var elements: [Element] = []
  private var start = 0

  var isEmpty: Bool { start == elements.count }
  var count: Int { elements.count - start }
  var first: Element? { isEmpty ? nil : elements[start] }
  var all: ArraySlice<Element> { elements[start...] }

  mutating func append(_ element: Element) { elements.append(element) }

  mutating func popFirst() -> Element? {
    guard start < elements.count else { return nil }
    let element = elements[start]
    start += 1
    if start == elements.count {
      elements.removeAll(keepingCapacity: true)
      start = 0
    } else if start >= 32, start * 2 >= elements.count {
      elements.removeFirst(start)
      start = 0
    }
    return element
  }

  /// Puts an element before the first that `isAfter` names, or at the end.
  mutating func insert(_ element: Element, before isAfter: (Element) -> Bool) {
    let position = elements[start...].firstIndex(where: isAfter) ?? elements.count
    elements.insert(element, at: position)
  }

  mutating func removeAll() {
    elements.removeAll()
    start = 0
  }
}
