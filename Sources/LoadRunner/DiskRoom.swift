import Foundation
import Glibc

/// Room on a disk.
public enum DiskRoom {
  /// Bytes that this user can still write to the file system that holds `path`, or that would hold
  /// it once it is made; nil where nobody tells.
  public static func freeBytes(at path: String) -> Int64? {
    var place = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    while true {
      var found = statvfs()
      if unsafe statvfs(place, &found) == 0 {
        let bytes = UInt64(found.f_bavail).multipliedReportingOverflow(by: UInt64(found.f_frsize))
        return bytes.overflow ? .max : Int64(clamping: bytes.partialValue)
      }
      guard place != "/", !place.isEmpty else { return nil }
      place = (place as NSString).deletingLastPathComponent
    }
  }
}
