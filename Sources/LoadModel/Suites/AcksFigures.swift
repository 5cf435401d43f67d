/// How the points of the suite `acks` are named: what the runner writes and reports read.
public enum AcksFigures {
  // MARK: Labels
  public static let level = "level"
  public static let part = "part"
  public static let capacityPart = "capacity"
  public static let loadPart = "load"
  public static let killPart = "kill"
  /// `70 %` of the slowest level's capacity.
  public static let load = "load"
  /// Which broker a kill hit: `leader` or `controller`.
  public static let hit = "hit"
  public static let leader = "leader"
  public static let controller = "controller"
  /// `on` or `off`.
  public static let idempotence = "idempotence"

  public static func loadText(_ percent: Int) -> String { "\(percent) %" }

  // MARK: Figures of the capacity, in records/s
  /// What is sustained, and what is not any more.
  public static let capacity = "capacity"
  public static let capacityAbove = "capacity, not reached"
  /// 1 where the load generator was the limit: the capacity is at least this.
  public static let generatorLimited = "generator-limited"

  /// 1 where no rate passed in the time of the search: the capacity is what trials reached.
  public static let isEstimate = "estimate"

  // MARK: Figures of a load
  public static let rate = "rate"
  public static let brokerCpu = "broker CPU"
  public static let clientCpu = "client CPU"
  /// Bytes that the load's clients gave to sockets and took from them, a record.
  public static let clientSent = "client sent"
  public static let clientReceived = "client received"
  /// The same of a broker of ours.
  public static let brokerSent = "broker sent"
  public static let brokerReceived = "broker received"

  /// Of one of several brokers, from 1 in the order of `--broker-pid`.
  public static func cpu(ofBroker number: Int) -> String { "CPU of broker \(number)" }
}
