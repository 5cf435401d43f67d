import LoadModel

extension WriteCase {
  /// What one measurement found.
  ///
  /// - Parameter volume: Bytes of a pass; the run has one, or several of them.
  func point(_ step: WriteStep, _ run: WriteRun, _ batch: WriteBatch, volume: Int) -> StudyPoint {
    var point = StudyPoint([.init("step", step.rawValue)] + labels)
    func add(_ name: String, _ unit: String, _ value: Double?) { point.add(name, unit, value) }
    let gb = Double(run.bytes) / 1e9
    let batches = Double(max(1, run.batches))
    add("throughput", "MB/s", run.mbPerS)
    add("cpu", "s/GB", run.cpu.map { ($0.user + $0.system) / gb })
    add("time per batch", "ns", Double(run.nanos) / batches)
    // As sums: the kernel parts the two by sampling, which only many samples make a share.
    add("user cpu", "s", run.cpu?.user)
    add("system cpu", "s", run.cpu?.system)
    add("client cpu", "s/GB", run.clientCPU.map { ($0.user + $0.system) / gb })
    // One thread sends and waits for the answers.
    add("generator busy", "%", run.clientCPU.map { ($0.user + $0.system) / run.seconds * 100 })
    add("cpu per batch", "ns", run.cpu.map { ($0.user + $0.system) * 1e9 / batches })
    add("records", "1/s", Double(run.batches * batch.records) / max(1e-9, run.seconds))
    add("fsyncs", "", run.syncs.map(Double.init))
    add("batches", "", Double(run.batches))
    add("bytes", "B", Double(run.bytes))
    add("volume", "B", Double(volume))
    add("duration", "s", Double(run.durableNanos ?? run.nanos) / 1e9)
    add("batch", "B", Double(batch.bytes.count))
    add("records per batch", "", Double(batch.records))
    add("record", "B", Double(batch.recordBytes))
    add("to the disk", "MB/s", run.durableNanos.map { Double(run.bytes) * 1e3 / Double($0) })
    return point
  }
}
