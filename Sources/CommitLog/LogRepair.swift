/// What becomes of a log whose bytes are damaged.
public enum DamagePolicy: Sendable, Equatable {
  /// After an unclean stop it ends at the first batch that is not whole and right, as in Kafka.
  case cut
  /// Nothing that was ever acknowledged may be cut: where the log is damaged before its last batch,
  /// or ends before the recovery point, it is not opened.
  case refuse
  /// Damage costs the batches that it is in. What stands behind it stays, and the log has a gap:
  /// a read that meets it fails with `.corrupt`, one that begins behind it does not.
  case keep
}

/// What was done to one file of a log when it was opened.
public struct LogRepair: Sendable, Equatable, CustomStringConvertible {
  public enum Kind: Sendable, Equatable {
    /// It ended in part of a batch, which was cut: nothing of it had been acknowledged, save what
    /// the machine had not written when its power went.
    case tornTail
    /// It was cut before batches that are whole, or that had been flushed.
    case cut
    /// A segment behind one that was cut.
    case removed
    /// Left as it is: whole batches follow.
    case gap
    /// The segment begins behind the end of the one before it: nothing was done about it.
    case hole
    /// The base offset of a whole batch was wrong, and is right again.
    case mended
  }

  public var kind: Kind
  /// The segment's file.
  public var path: String
  /// In bytes from the start of the file.
  public var position: Int64
  /// How many bytes are lost.
  public var byteCount: Int64
  /// The first offset that may be lost.
  public var offset: Int64
  /// The file that now holds what was cut.
  public var copy: String?

  public var isLoss: Bool { kind != .tornTail && kind != .mended && kind != .hole }

  public var description: String {
    let place = "\(path): \(byteCount) bytes at position \(position), offset \(offset),"
    let kept = copy.map { "; they are kept as \($0)" } ?? "; no copy was kept"
    return switch kind {
    case .tornTail: "\(place) were no whole batch and are cut: a write was interrupted"
    case .cut:
      "\(place) are lost: media damage, not a torn write, for whole batches or flushed ones"
        + " are among them\(kept)"
    case .removed: "\(place) are lost: the segment before it was cut\(kept)"
    case .gap: "\(place) are damaged and lost; what follows them is kept"
    case .hole:
      "\(path): no batch holds the offsets from \(offset) to its first one: a log cleaner removed"
        + " them, or the end of the segment before it was lost; all segments are kept"
    case .mended:
      "\(path): the batch at position \(position) had a damaged base offset, and has \(offset)"
        + " again; nothing of it is lost"
    }
  }
}

/// What opening a log took.
public struct LogRecovery: Sendable, Equatable {
  /// Bytes of segments that were read and verified.
  public var bytesRead: Int64 = 0
  public var repairs: [LogRepair] = []
}

extension PartitionLog {
  /// How many files of cut bytes a partition keeps, so that a disk which goes bad does not fill
  /// itself with them.
  static let damagedCopiesMax = 16

  /// The name for what is cut from a segment; nil where there are enough of them.
  private func damagedPath(_ segment: LogSegment, offset: Int64) throws(LogError) -> String? {
    let path = segment.logPath + LogFileNames.damaged + "\(offset)"
    do {
      let names = try fileSystem.list(directory).filter { $0.contains(LogFileNames.damaged) }
      let isThere = names.contains { path.hasSuffix("/" + $0) }
      return names.count < Self.damagedCopiesMax || isThere ? path : nil
    } catch { throw LogError(error) }
  }

  /// Copies a segment's bytes from `position` to `end` beside it, before they are cut.
  ///
  /// The copy has its name once it is whole: half of one would take the room that is missing, and
  /// the place of an earlier one.
  /// - Throws: `.outOfSpace`: then nothing is cut, and the log cannot be opened before there is
  ///   room.
  func copyDamaged(_ segment: LogSegment, from position: Int64, to end: Int64, offset: Int64)
    throws(LogError) -> String?
  {
    guard let path = try damagedPath(segment, offset: offset) else { return nil }
    let temporary = path + ".tmp"
    do {
      let source = try fileSystem.open(segment.logPath, .read)
      let target = try fileSystem.open(temporary, .createEmpty)
      var place = position
      while place < end {
        let bytes = try source.read(at: place, count: Int(min(end - place, 1 << 20)))
        if bytes.isEmpty { break }
        try target.write(bytes.rawSpan, at: place - position)
        place += Int64(bytes.count)
      }
      try target.sync()
      try fileSystem.rename(temporary, to: path)
      try fileSystem.syncDirectory(directory)
      return path
    } catch {
      try? fileSystem.remove(temporary)
      throw LogError(error)
    }
  }

  /// Takes the segments behind `index`, which was cut, out of the log; durably, so that a power cut
  /// does not bring them back behind what is appended from here on.
  func removeSegments(after index: Int) throws(LogError) {
    for segment in segments[(index + 1)...] {
      let copy = try damagedPath(segment, offset: segment.baseOffset)
      do {
        segment.file = nil
        if let copy { try fileSystem.rename(segment.logPath, to: copy) }
        for path in segment.paths { try fileSystem.remove(path) }
      } catch { throw LogError(error) }
      recovery.repairs.append(
        LogRepair(
          kind: .removed, path: segment.logPath, position: 0, byteCount: segment.size,
          offset: segment.baseOffset, copy: copy))
    }
    segments.removeSubrange((index + 1)...)
    try syncNames()
  }
}
