/// Something of one loop that becomes ready: a connection, a listener, the mailbox.
public class Channel {
  init() {}

  /// Its place in the loop's table, with the table's generation of that place.
  var token: UInt64 = 0

  /// The kernel says that it is ready.
  func ready(_ events: UInt32) {}
  /// The loop ends.
  func loopEnds() {}
}

/// The channels of one loop, by token. A token of a channel that has gone finds nothing, even when
/// its place was taken again within the same turn.
struct ChannelTable {
  private var channels: [Channel?] = []
  private var generations: [UInt32] = []
  private var free: [Int] = []

  mutating func insert(_ channel: Channel) {
    let index: Int
    if let place = free.popLast() {
      index = place
      channels[index] = channel
    } else {
      index = channels.count
      channels.append(channel)
      generations.append(0)
    }
    channel.token = UInt64(generations[index]) << 32 | UInt64(index)
  }

  mutating func remove(_ channel: Channel) {
    let index = Int(channel.token & 0xffff_ffff)
    guard index < channels.count, channels[index] === channel else { return }
    channels[index] = nil
    generations[index] &+= 1
    free.append(index)
  }

  func find(_ token: UInt64) -> Channel? {
    let index = Int(token & 0xffff_ffff)
    guard index < channels.count, generations[index] == UInt32(token >> 32) else { return nil }
    return channels[index]
  }

  var all: [Channel] { channels.compactMap { $0 } }
}
