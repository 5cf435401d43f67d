#ifndef WEIR_EPOLL_H
#define WEIR_EPOLL_H
#include <stdint.h>

// epoll's event is a packed struct with a union, which Swift cannot lay out: here it is plain.
struct weir_event {
  uint64_t token;
  uint32_t events;
};

// The bits that the event loop uses.
enum {
  WEIR_READABLE = 0x001,
  WEIR_WRITABLE = 0x004,
  WEIR_ERROR = 0x008,
  WEIR_HANGUP = 0x010,
};

// Operations of weir_epoll_change.
enum { WEIR_ADD = 1, WEIR_REMOVE = 2, WEIR_MODIFY = 3 };

// A new epoll, and a new non-blocking eventfd: the descriptor, or the negative errno.
int weir_epoll_make(void);
int weir_eventfd_make(void);

// Gives heap memory that is not used any more back to the system.
void weir_trim_heap(void);

// 0, or the negative errno.
int weir_epoll_change(int epoll, int operation, int descriptor, uint32_t events, uint64_t token);

// Waits up to `timeout_ns` (negative: without end) and fills `out`; how many, or the negative
// errno. Kernels without epoll_pwait2 wait in whole milliseconds, rounded up.
int weir_epoll_wait(int epoll, struct weir_event *out, int capacity, int64_t timeout_ns);

// Lets timers of the calling thread fire on time, not up to 50 µs later.
void weir_precise_timers(void);

// The next waiting connection, non-blocking and closed at exec: its descriptor, or the negative
// errno. `peer` and `size` as accept(2) has them.
struct sockaddr;
int weir_accept(int listener, struct sockaddr *peer, uint32_t *size);

// The kernel's number of the calling thread, and its name (at most 15 bytes).
int weir_thread_id(void);
void weir_name_thread(const char *name);

// Sends `count` bytes at `position` of a file, without a signal where the peer has gone: the
// bytes taken, or the negative errno.
int64_t weir_send_file(int socket, int file, int64_t position, uint64_t count);
#endif
