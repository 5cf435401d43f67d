import KafkaFormat

/// Arrays and structures, as generated code writes them.
extension ByteWriter {
  mutating func errorCode(_ value: ErrorCode) { int16(value.rawValue) }

  mutating func structure<T: KafkaStruct>(_ value: T, version: Int16) {
    value.write(to: &self, version: version)
  }

  mutating func nullableStructure<T: KafkaStruct>(_ value: T?, version: Int16) {
    int8(value == nil ? -1 : 1)
    value?.write(to: &self, version: version)
  }

  mutating func structures<T: KafkaStruct>(
    _ values: [T], version: Int16, compact: Bool = false
  ) {
    arrayCount(values.count, compact: compact)
    for value in values { value.write(to: &self, version: version) }
  }

  mutating func nullableStructures<T: KafkaStruct>(
    _ values: [T]?, version: Int16, compact: Bool = false
  ) {
    guard let values else { return arrayCount(nil, compact: compact) }
    structures(values, version: version, compact: compact)
  }

  mutating func elements<T: KafkaElement>(_ values: [T], compact: Bool = false) {
    arrayCount(values.count, compact: compact)
    for value in values { value.write(to: &self, compact: compact) }
  }

  mutating func nullableElements<T: KafkaElement>(_ values: [T]?, compact: Bool = false) {
    guard let values else { return arrayCount(nil, compact: compact) }
    elements(values, compact: compact)
  }
}
