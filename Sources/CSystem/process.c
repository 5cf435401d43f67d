#define _GNU_SOURCE
#include "weir_process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

void weir_await_process_end(pid_t pid) {
#ifdef SYS_pidfd_open
  int descriptor = (int)syscall(SYS_pidfd_open, pid, 0);
  if (descriptor >= 0) {
    struct pollfd end = {.fd = descriptor, .events = POLLIN};
    while (poll(&end, 1, -1) < 0 && errno == EINTR) {
    }
    close(descriptor);
    return;
  }
  if (errno == ESRCH) return;
#endif
  // Kernels before 5.3: ask again and again.
  while (kill(pid, 0) == 0 || errno == EPERM) usleep(50 * 1000);
}
