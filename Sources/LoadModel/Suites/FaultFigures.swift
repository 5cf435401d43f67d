/// How the figures of a planted fault are named, in each suite that plants some; each has a sample
/// a fault.
public enum FaultFigures {
  public static let acked = "acked"
  public static let lost = "lost"
  public static let duplicated = "duplicated"
  public static let unverified = "unverified"
  /// Seconds without an acknowledgement of a partition that the broker led.
  public static let silence = "silence"
  /// The same, where the load ended first.
  public static let openSilence = "silence, at least"
}
