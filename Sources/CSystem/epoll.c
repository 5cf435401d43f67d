#define _GNU_SOURCE
#include "weir_epoll.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

_Static_assert(WEIR_READABLE == EPOLLIN && WEIR_WRITABLE == EPOLLOUT, "bits differ");
_Static_assert(WEIR_ERROR == EPOLLERR && WEIR_HANGUP == EPOLLHUP, "bits differ");
_Static_assert(WEIR_ADD == EPOLL_CTL_ADD && WEIR_REMOVE == EPOLL_CTL_DEL, "operations differ");
_Static_assert(WEIR_MODIFY == EPOLL_CTL_MOD, "operations differ");

enum { most_events = 128 };

int weir_epoll_change(int epoll, int operation, int descriptor, uint32_t events, uint64_t token) {
  struct epoll_event event = {.events = events, .data.u64 = token};
  return epoll_ctl(epoll, operation, descriptor, &event) == 0 ? 0 : -errno;
}

static int wait_coarsely(int epoll, struct epoll_event *events, int capacity, int64_t timeout_ns) {
  int64_t milliseconds = timeout_ns < 0 ? -1 : (timeout_ns + 999999) / 1000000;
  if (milliseconds > 1000000000) milliseconds = 1000000000;
  return epoll_wait(epoll, events, capacity, (int)milliseconds);
}

int weir_epoll_wait(int epoll, struct weir_event *out, int capacity, int64_t timeout_ns) {
  static int coarse;
  struct epoll_event events[most_events];
  if (capacity > most_events) capacity = most_events;
  int count;
  if (timeout_ns == 0 || timeout_ns < 0 || __atomic_load_n(&coarse, __ATOMIC_RELAXED)) {
    count = wait_coarsely(epoll, events, capacity, timeout_ns);
  } else {
    struct timespec time = {.tv_sec = timeout_ns / 1000000000, .tv_nsec = timeout_ns % 1000000000};
    count = epoll_pwait2(epoll, events, capacity, &time, 0);
    if (count < 0 && (errno == ENOSYS || errno == EPERM)) {
      __atomic_store_n(&coarse, 1, __ATOMIC_RELAXED);
      count = wait_coarsely(epoll, events, capacity, timeout_ns);
    }
  }
  if (count < 0) return -errno;
  for (int i = 0; i < count; i++) {
    out[i].token = events[i].data.u64;
    out[i].events = events[i].events;
  }
  return count;
}

void weir_precise_timers(void) { prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL); }

int64_t weir_send_file(int socket, int file, int64_t position, uint64_t count) {
  off_t offset = position;
  ssize_t sent = sendfile(socket, file, &offset, count);
  return sent < 0 ? -errno : sent;
}

int weir_accept(int listener, struct sockaddr *peer, uint32_t *size) {
  int accepted = accept4(listener, peer, size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  return accepted < 0 ? -errno : accepted;
}

int weir_thread_id(void) { return gettid(); }

void weir_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

int weir_epoll_make(void) {
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  return epoll < 0 ? -errno : epoll;
}

int weir_eventfd_make(void) {
  int made = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return made < 0 ? -errno : made;
}

void weir_trim_heap(void) {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}
