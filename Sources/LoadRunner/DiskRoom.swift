import Foundation
import Glibc
import LoadModel

/// Room on a disk.
public enum DiskRoom {
  /// Bytes of the files in a directory and those below it, as the disk holds them.
  static func usedBytes(in directory: String) -> Int64 {
    guard let walk = FileManager.default.enumerator(atPath: directory) else { return 0 }
    var sum: Int64 = 0
    while let name = walk.nextObject() as? String {
      var found = stat()
      if unsafe lstat(directory + "/" + name, &found) == 0 { sum += Int64(found.st_blocks) * 512 }
    }
    return sum
  }

  /// Bytes that this user can still write to the file system that holds `path`, or that would hold
  /// it once it is made; nil where nobody tells.
  public static func freeBytes(at path: String) -> Int64? { room(at: path)?.free }

  /// Bytes of what is free that a load leaves alone, since others need them too: a tenth of the
  /// disk, 1 GiB at most; a quarter of what is free, where that is little.
  static func reservedBytes(at path: String) -> Int64? {
    room(at: path).map { min(1 << 30, $0.size / 10, $0.free / 4) }
  }

  /// What is free, and how much there is in all.
  static func room(at path: String) -> (free: Int64, size: Int64)? {
    var place = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    while true {
      var found = statvfs()
      if unsafe statvfs(place, &found) == 0 {
        func bytes(_ blocks: UInt) -> Int64 {
          let product = UInt64(blocks).multipliedReportingOverflow(by: UInt64(found.f_frsize))
          return product.overflow ? .max : Int64(clamping: product.partialValue)
        }
        return (bytes(found.f_bavail), bytes(found.f_blocks))
      }
      guard place != "/", !place.isEmpty else { return nil }
      place = (place as NSString).deletingLastPathComponent
    }
  }
}

extension RunPlan {
  /// What a user can do about a refusal.
  static let roomAdvice =
    "; choose another --data-dir, a smaller --retention-bytes, or less to send"

  /// Why the run cannot fit the disk that holds `path`, or would; nil where it can, or nobody
  /// tells.
  ///
  /// - Parameter place: What the user calls it.
  public func refusal(onDiskOf path: String, named place: String) -> String? {
    guard let free = DiskRoom.freeBytes(at: path) else { return nil }
    let reserved = DiskRoom.reservedBytes(at: path) ?? 0
    return refusal(freeBytes: free, reservedBytes: reserved, at: place)
  }
}
