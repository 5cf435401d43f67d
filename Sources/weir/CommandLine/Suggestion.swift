/// The known word that `word` was probably meant to be.
///
/// - Returns: Nil where none is near: more than a third of the letters, and more than two, differ,
///   and neither begins with the other.
func nearest(to word: String, among known: [String]) -> String? {
  let limit = max(2, word.count / 3)
  let ranked = known.map { (distance: editDistance(word, $0), word: $0) }
  if let best = ranked.min(by: { $0.distance < $1.distance }),
    best.distance <= limit, best.distance < word.count
  {
    return best.word
  }
  return known.first {
    min(word.count, $0.count) >= 3 && ($0.hasPrefix(word) || word.hasPrefix($0))
  }
}

/// How many letters must be inserted, dropped, replaced or swapped with their neighbour.
///
/// - Complexity: O(letters of `a` × letters of `b`).
func editDistance(_ a: String, _ b: String) -> Int {
  let a = Array(a)
  let b = Array(b)
  if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for row in 1...a.count {
    var current = [row] + [Int](repeating: 0, count: b.count)
    for column in 1...b.count {
      let replaced = last[column - 1] + (a[row - 1] == b[column - 1] ? 0 : 1)
      current[column] = min(last[column] + 1, current[column - 1] + 1, replaced)
      if row > 1, column > 1, a[row - 1] == b[column - 2], a[row - 2] == b[column - 1] {
        current[column] = min(current[column], beforeLast[column - 2] + 1)
      }
    }
    beforeLast = last
    last = current
  }
  return last[b.count]
}
