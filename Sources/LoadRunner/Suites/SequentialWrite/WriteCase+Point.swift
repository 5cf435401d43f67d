import LoadModel

extension WriteCase {
  /// What one measurement found.
  func point(_ step: WriteStep, _ run: WriteRun, _ batch: WriteBatch) -> StudyPoint {
    var figures: [StudyFigure] = []
    func add(_ name: String, _ unit: String, _ value: Double?) {
      if let value, value.isFinite { figures.append(StudyFigure(name, unit, [value])) }
    }
    let gb = Double(run.bytes) / 1e9
    let batches = Double(max(1, run.batches))
    add("throughput", "MB/s", run.mbPerS)
    add("cpu", "s/GB", run.cpu.map { ($0.user + $0.system) / gb })
    add("time per batch", "ns", Double(run.nanos) / batches)
    // Below a second the kernel's parting of the two is a guess.
    if let cpu = run.cpu, cpu.user + cpu.system >= 1 {
      add("user cpu", "s/GB", cpu.user / gb)
      add("system cpu", "s/GB", cpu.system / gb)
    }
    add("client cpu", "s/GB", run.clientCPU.map { ($0.user + $0.system) / gb })
    add("cpu per batch", "ns", run.cpu.map { ($0.user + $0.system) * 1e9 / batches })
    add("records", "1/s", Double(run.batches * batch.records) / max(1e-9, run.seconds))
    add("fsyncs", "", run.syncs.map(Double.init))
    add("batches", "", Double(run.batches))
    add("bytes", "B", Double(run.bytes))
    add("duration", "s", run.seconds)
    add("batch", "B", Double(batch.bytes.count))
    add("records per batch", "", Double(batch.records))
    add("record", "B", Double(batch.recordBytes))
    add("to the disk", "MB/s", run.durableNanos.map { Double(run.bytes) * 1e3 / Double($0) })
    return StudyPoint([.init("step", step.rawValue)] + labels, figures: figures)
  }
}
