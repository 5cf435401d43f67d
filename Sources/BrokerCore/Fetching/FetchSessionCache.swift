import CommitLog

/// The fetch sessions of one broker, as many as `max.incremental.fetch.session.cache.slots`.
///
/// Once all slots are taken, a new session takes that of
/// 1. the one that was not used for longest, if that is more than two minutes;
/// 2. else the smallest of those older than two minutes, if it is smaller than the new one.
/// Else there is no session, and the client sends all each time.
///
/// - Source: KIP-227.
struct FetchSessionCache: Sendable {
  static let evictionMs: Int64 = 120_000

  private struct Entry {
    let session: FetchSession
    let createdMs: Int64
    var lastUsedMs: Int64
    /// How many partitions it has.
    var size: Int
  }

  let slotsMax: Int
  private let random: RandomSource
  private var entries: [Int32: Entry] = [:]

  init(slotsMax: Int, random: RandomSource) {
    self.slotsMax = slotsMax
    self.random = random
  }

  var count: Int { entries.count }

  /// The session, which is in use now.
  mutating func use(_ id: Int32, nowMs: Int64) -> FetchSession? {
    entries[id]?.lastUsedMs = nowMs
    return entries[id]?.session
  }

  mutating func resize(_ id: Int32, to size: Int) { entries[id]?.size = size }

  mutating func remove(_ id: Int32) -> FetchSession? {
    entries.removeValue(forKey: id)?.session
  }

  /// A new session, if there is room or some can be made.
  ///
  /// - Returns: And the one that had to go for it, to be closed.
  mutating func make(size: Int, usesTopicIds: Bool, nowMs: Int64)
    -> (session: FetchSession, evicted: FetchSession?)?
  {
    guard slotsMax > 0, size > 0 else { return nil }
    var evicted: FetchSession?
    if entries.count >= slotsMax {
      guard let id = evictable(size: size, nowMs: nowMs) else { return nil }
      evicted = entries.removeValue(forKey: id)?.session
    }
    var id = random.int32(in: 1 ... .max)
    while entries[id] != nil { id = random.int32(in: 1 ... .max) }
    let session = FetchSession(id: id, usesTopicIds: usesTopicIds, nextEpoch: 1)
    entries[id] = Entry(session: session, createdMs: nowMs, lastUsedMs: nowMs, size: size)
    return (session, evicted)
  }

  private func evictable(size: Int, nowMs: Int64) -> Int32? {
    if let oldest = entries.min(by: { $0.value.lastUsedMs < $1.value.lastUsedMs }),
      nowMs - oldest.value.lastUsedMs > Self.evictionMs
    {
      return oldest.key
    }
    let smallest =
      entries.filter { nowMs - $0.value.createdMs > Self.evictionMs }
      .min { $0.value.size < $1.value.size }
    guard let smallest, smallest.value.size < size else { return nil }
    return smallest.key
  }
}
