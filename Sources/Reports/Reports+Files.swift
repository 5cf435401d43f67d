import FoundationEssentials
import LoadModel

extension Reports {
  /// Larger files are no results of ours: reading them is refused.
  static let largestFile = 1 << 30

  /// The text of `run.json`: keys sorted, so that the same run gives the same bytes.
  public static func json(_ run: RunResult) throws(Failure) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      return String(decoding: try encoder.encode(run), as: UTF8.self) + "\n"
    } catch {
      throw .unwritable(path: "run.json", reason: "\(error)")
    }
  }

  /// Reads a `run.json`.
  public static func read(_ path: String) throws(Failure) -> RunResult {
    try decode(try contents(of: path), path: path)
  }

  /// The bytes of a file of ours.
  static func contents(of path: String) throws(Failure) -> Data {
    do {
      guard !isDirectory(path) else {
        throw Failure.unreadable(path: path, reason: "it is a directory")
      }
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      if let size = attributes[.size] as? Int, size > largestFile {
        throw Failure.notARun(path: path, reason: "it has \(size) bytes")
      }
      return try Data(contentsOf: URL(filePath: path))
    } catch let failure as Failure {
      throw failure
    } catch {
      let exists = FileManager.default.fileExists(atPath: path)
      throw .unreadable(path: path, reason: exists ? FailureWords.text(error) : "no such file")
    }
  }

  /// What every version of the file has.
  private struct Head: Decodable {
    var schemaVersion: Int
  }

  /// Reads the bytes of a `run.json`.
  ///
  /// - Parameter path: For the message only.
  public static func decode(_ bytes: [UInt8], path: String) throws(Failure) -> RunResult {
    try decode(Data(bytes), path: path)
  }

  static func decode(_ data: Data, path: String) throws(Failure) -> RunResult {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      let head = try decoder.decode(Head.self, from: data)
      guard head.schemaVersion == RunResult.currentSchemaVersion else {
        throw Failure.otherSchema(
          path: path, found: head.schemaVersion, known: RunResult.currentSchemaVersion)
      }
      return try decoder.decode(RunResult.self, from: data)
    } catch let failure as Failure {
      throw failure
    } catch let error as DecodingError {
      throw .notARun(path: path, reason: reason(error))
    } catch {
      throw .notARun(path: path, reason: "\(error)")
    }
  }

  static func reason(_ error: DecodingError) -> String {
    func place(_ context: DecodingError.Context) -> String {
      context.codingPath.map { $0.intValue.map { "\($0)" } ?? $0.stringValue }
        .joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context):
      let path = place(context)
      return "\(path.isEmpty ? "" : path + ".")\(key.stringValue) is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "\(place(context)) has another type"
    case .dataCorrupted(let context):
      let path = place(context)
      return path.isEmpty ? "it is not whole JSON" : "\(path): \(context.debugDescription)"
    @unknown default:
      return "it does not fit"
    }
  }

  /// Makes a directory, and those above it; one that is there is left as it is.
  ///
  /// - Throws: `.unwritable`.
  public static func makeDirectory(_ directory: String) throws(Failure) {
    do {
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true)
    } catch {
      throw .unwritable(path: directory, reason: FailureWords.text(error))
    }
  }

  static func writeFile(_ text: String, to path: String) throws(Failure) {
    do {
      try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw .unwritable(path: path, reason: FailureWords.text(error))
    }
  }
}
