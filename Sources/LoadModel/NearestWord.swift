/// The known word that `word` was probably meant to be.
///
/// - Returns: Nil where more than a third of the letters, and more than two, differ.
/// - Complexity: O(letters of both, for each known word).
func nearestWord(to word: String, among known: [String]) -> String? {
  guard word.utf8.count <= 64 else { return nil }
  let limit = max(2, word.count / 3)
  var best: (distance: Int, word: String)?
  for candidate in known {
    let distance = editDistance(Array(word), Array(candidate))
    if distance <= limit, distance < word.count, distance < best?.distance ?? .max {
      best = (distance, candidate)
    }
  }
  return best?.word
}

/// How many letters must be inserted, dropped or replaced.
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var row = Array(0...b.count)
  for (i, letter) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, other) in b.enumerated() {
      let replaced = diagonal + (letter == other ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
    }
  }
  return row[b.count]
}
