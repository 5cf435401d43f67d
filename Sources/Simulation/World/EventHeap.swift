/// The events to come: the first is the one with the least time, then the least number.
struct EventHeap {
  struct Event {
    let time: Int64
    let number: UInt64

    func isBefore(_ other: Event) -> Bool {
      time != other.time ? time < other.time : number < other.number
    }
  }

  private var events: [Event] = []

  var first: Event? { events.first }

  mutating func add(time: Int64, number: UInt64) {
    events.append(Event(time: time, number: number))
    var child = events.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard events[child].isBefore(events[parent]) else { return }
      events.swapAt(child, parent)
      child = parent
    }
  }

  mutating func removeFirst() {
    guard let last = events.popLast(), !events.isEmpty else { return }
    events[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < events.count {
        if events[child].isBefore(events[least]) { least = child }
      }
      if least == parent { return }
      events.swapAt(parent, least)
      parent = least
    }
  }
}
