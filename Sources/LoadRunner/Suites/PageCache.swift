import Glibc

/// The system's memory of files.
enum PageCache {
  /// Forgets a file's pages, as far as they are on the disk.
  ///
  /// - Throws: `.load` where the file cannot be opened or the system refuses.
  static func drop(_ path: String) throws(RunError) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      // A file that is gone has no pages.
      if errno == ENOENT { return }
      throw .load("\(path): \(BenchmarkRun.words(errno))")
    }
    defer { close(descriptor) }
    let result = posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
    guard result == 0 else {
      throw .load("\(path): its pages cannot be dropped: \(BenchmarkRun.words(result))")
    }
  }
}
