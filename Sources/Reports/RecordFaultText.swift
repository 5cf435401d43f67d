import LoadModel

/// What harm to records is called in files.
enum RecordFaultText {
  static func title(_ kind: RecordFault.Kind) -> String {
    switch kind {
    case .lost: "acknowledged records are lost"
    case .unsound: "records came back unsound"
    }
  }

  /// The test case of JUnit, and the type of its failure.
  static func testCase(_ kind: RecordFault.Kind) -> (name: String, type: String) {
    switch kind {
    case .lost: ("acknowledged-records", "LOST_RECORDS")
    case .unsound: ("sound-records", "UNSOUND_RECORDS")
    }
  }
}
