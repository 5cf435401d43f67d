import CommitLog
import KafkaFormat

/// Directories of partitions that the metadata log does not know.
///
/// The logs of a topic are made before its records are written, and its records before anything is
/// produced to it. So a directory without records is what an interrupted creation left; one of a
/// topic that was deleted is what an interrupted deletion left. Any other with records belongs to
/// metadata that are lost, or of another broker: then nothing is renamed and nothing is removed.
extension BrokerNode {
  struct FoundDirectories {
    /// Known partitions, and in which of `log.dirs` they are.
    var places: [TopicPartition: Int] = [:]
    /// What interrupted creations and deletions left.
    var strays: [Stray] = []
  }

  struct Stray {
    var found: FoundPartition
    var directory: LogDirectory
    var holdsRecords: Bool
  }

  /// The metadata log is looked for before one is made.
  ///
  /// - Throws: `.unusableDirectory` where another directory has it, or where there are records of
  ///   partitions and no metadata that name them.
  static func requireMetadata(_ home: LogDirectory, _ directories: LogDirectories)
    throws(LogError)
  {
    let log = home.directory(of: MetadataLog.partition)
    var withRecords: [String] = []
    do {
      if try home.holdsRecords(log) { return }
      for directory in directories.directories {
        for found in try directory.partitions() where try directory.holdsRecords(found.directory) {
          if found.partition == MetadataLog.partition {
            throw LogError.unusableDirectory(
              "the metadata log is \(found.directory), and not in \(home.path), where this"
                + " configuration looks for it: set metadata.log.dir=\(directory.path)")
          }
          withRecords.append(found.directory)
        }
      }
    } catch let error as LogError {
      throw error
    } catch let error as FileError {
      throw .io(error)
    } catch { throw .corrupt("\(error)") }
    if withRecords.isEmpty { return }
    throw .unusableDirectory(
      "\(listed(withRecords)) hold records of partitions, and the metadata log that names them,"
        + " \(log), is missing or empty: restore it from a copy, name its directory"
        + " (metadata.log.dir), or start with empty directories. Nothing was renamed or removed")
  }

  /// - Throws: `.unusableDirectory` for records of topics that the metadata do not know.
  static func sorted(
    _ directories: LogDirectories, _ state: MetadataState, removed: Set<KafkaUUID>,
    log: PartitionLog
  ) throws(LogError) -> FoundDirectories {
    var result = FoundDirectories()
    var unknown: [String] = []
    for (directory, found) in try directories.partitions() {
      if found.partition == MetadataLog.partition { continue }
      let topic = state.topics[found.partition.topic]
      let isKnown =
        topic.map { Int(found.partition.partition) < $0.partitions.count } ?? false
      if isKnown, found.topicId == nil || found.topicId == topic?.id {
        result.places[found.partition] = directories.directories.firstIndex { $0 === directory }
        continue
      }
      let holdsRecords: Bool
      do { holdsRecords = try directory.holdsRecords(found.directory) } catch { throw .io(error) }
      if holdsRecords, found.topicId.map({ !removed.contains($0) }) ?? true {
        unknown.append(found.directory)
      } else {
        result.strays.append(
          Stray(found: found, directory: directory, holdsRecords: holdsRecords))
      }
    }
    if unknown.isEmpty { return result }
    throw .unusableDirectory(
      "\(listed(unknown)) hold records of topics that the metadata log does not know:"
        + " \(log.directory), which ends at offset \(log.logEndOffset), has lost its end, or"
        + " belongs to another broker. Restore it from a copy, or move these directories away to"
        + " give up their records. Nothing was renamed or removed")
  }

  /// Keeps records under another name, and removes what holds none.
  static func putAway(_ stray: Stray) -> BrokerNotice {
    let path = stray.found.directory
    do {
      guard stray.holdsRecords else {
        try stray.directory.fileSystem.removeTree(path)
        return BrokerNotice(
          level: .info, text: "\(path) is removed: it held no records, and belongs to no topic")
      }
      let kept = try stray.directory.setAside(path)
      return BrokerNotice(
        level: .warning, text: "\(path) belongs to a deleted topic; it is kept as \(kept)")
    } catch {
      return BrokerNotice(
        level: .warning, text: "\(path) belongs to no topic and stays where it is: \(error)")
    }
  }

  /// Removes what deletions left, now that the metadata are read.
  static func removeDeleted(_ directories: LogDirectories) -> [BrokerNotice] {
    var notices: [BrokerNotice] = []
    for directory in directories.directories {
      do throws(LogError) {
        for job in try directory.deletedPartitions() {
          if let error = job.run() { throw LogError.io(error) }
        }
      } catch {
        notices.append(
          BrokerNotice(
            level: .warning,
            text: "deleted partitions in \(directory.path) stay until the next start: \(error)"))
      }
    }
    return notices
  }

  /// The first few of many.
  private static func listed(_ paths: [String]) -> String {
    let few = paths.prefix(5).joined(separator: ", ")
    return paths.count > 5 ? "\(few) and \(paths.count - 5) more" : few
  }
}
