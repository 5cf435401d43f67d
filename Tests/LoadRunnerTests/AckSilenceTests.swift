import LoadModel
import Testing

@testable import LoadRunner

@Suite struct AckSilenceTests {
  private let window = MeasureWindow(
    startNanos: 0, fromNanos: 1_000_000_000, untilNanos: 11_000_000_000)

  /// A silence that no acknowledgement ended.
  private func open(_ silence: RunEvents.Silence) -> RunEvents.Silence {
    var silence = silence
    silence.isOpen = true
    return silence
  }

  @Test("the longest silence lies within the window, with its beginning")
  func within() throws {
    let silence = AckSilence()
    // The warm-up does not count.
    silence.note(partition: 0, atNanos: 500_000_000, in: window)
    let acks: [(seconds: Int64, partition: Int32)] = [
      (1, 1), (2, 0), (3, 0), (5, 1), (6, 0), (7, 0), (10, 1),
    ]
    for ack in acks {
      silence.note(partition: ack.partition, atNanos: ack.seconds * 1_000_000_000, in: window)
    }
    let found = try #require(silence.longest(in: window, endNanos: 20_000_000_000, wasCut: false))
    #expect(found.all == RunEvents.Silence(startS: 6, durationS: 3))
    #expect(found.partition == RunEvents.Silence(startS: 4, durationS: 5, partition: 1))
  }

  @Test("a silence that has no end in the window lasts until the window's or the load's end")
  func unended() throws {
    let silence = AckSilence()
    silence.note(partition: 0, atNanos: 2_000_000_000, in: window)
    let whole = try #require(
      silence.longest(in: window, endNanos: 40_000_000_000, wasCut: false))
    #expect(whole.all == open(RunEvents.Silence(startS: 1, durationS: 9)))
    let cut = try #require(silence.longest(in: window, endNanos: 8_000_000_000, wasCut: true))
    #expect(cut.all == open(RunEvents.Silence(startS: 1, durationS: 6)))
    // What comes in after the window ends the silence at its end.
    silence.note(partition: 0, atNanos: 30_000_000_000, in: window)
    let late = try #require(
      silence.longest(in: window, endNanos: 40_000_000_000, wasCut: false))
    #expect(late.all == RunEvents.Silence(startS: 1, durationS: 9))
  }

  @Test("a window without any acknowledgement is one silence, as far as the load came")
  func none() throws {
    let silence = AckSilence()
    // The warm-up does not count.
    silence.note(partition: 0, atNanos: 500_000_000, in: window)
    let whole = try #require(
      silence.longest(in: window, endNanos: 40_000_000_000, wasCut: false))
    #expect(whole.all == open(RunEvents.Silence(startS: 0, durationS: 10)))
    #expect(whole.partition == nil, "no partition was acknowledged")
    let cut = try #require(silence.longest(in: window, endNanos: 8_000_000_000, wasCut: true))
    #expect(cut.all == open(RunEvents.Silence(startS: 0, durationS: 7)))
    #expect(silence.longest(in: window, endNanos: 900_000_000, wasCut: true) == nil)
  }

  @Test("a number of records ends with its last acknowledgement, or where it was cut")
  func byCount() throws {
    let window = MeasureWindow(startNanos: 0, fromNanos: 0, untilNanos: .max)
    let silence = AckSilence()
    #expect(silence.longest(in: window, endNanos: 5_000_000_000, wasCut: false) == nil)
    silence.note(partition: 0, atNanos: 1_000_000_000, in: window)
    silence.note(partition: 0, atNanos: 1_500_000_000, in: window)
    let found = try #require(
      silence.longest(in: window, endNanos: 9_000_000_000, wasCut: false))
    #expect(found.all == RunEvents.Silence(startS: 0, durationS: 1))
    let cut = try #require(silence.longest(in: window, endNanos: 9_000_000_000, wasCut: true))
    #expect(cut.all == open(RunEvents.Silence(startS: 1.5, durationS: 7.5)))
    #expect(cut.partition == open(RunEvents.Silence(startS: 1.5, durationS: 7.5, partition: 0)))
  }
}
