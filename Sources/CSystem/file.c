#define _GNU_SOURCE
#include "weir_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

int weir_allocate_keeping_size(int descriptor, int64_t offset, int64_t count) {
#ifdef FALLOC_FL_KEEP_SIZE
  int result;
  do {
    result = fallocate(descriptor, FALLOC_FL_KEEP_SIZE, offset, count);
  } while (result != 0 && errno == EINTR);
  return result == 0 ? 0 : errno;
#else
  (void)descriptor, (void)offset, (void)count;
  return EOPNOTSUPP;
#endif
}

int weir_lock_file(int descriptor) {
  struct flock lock;
  memset(&lock, 0, sizeof lock);
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
#ifdef F_OFD_SETLK
  int command = F_OFD_SETLK;
#else
  int command = F_SETLK;
#endif
  return fcntl(descriptor, command, &lock) == 0 ? 0 : errno;
}

int weir_sync_file_system(int descriptor) {
#ifdef __linux__
  return syncfs(descriptor) == 0 ? 0 : errno;
#else
  (void)descriptor;
  sync();
  return 0;
#endif
}

int weir_is_in_memory(int descriptor, int64_t position) {
#ifdef RWF_NOWAIT
  char byte;
  struct iovec target = {&byte, 1};
  return preadv2(descriptor, &target, 1, position, RWF_NOWAIT) >= 0 || errno != EAGAIN;
#else
  (void)descriptor, (void)position;
  return 1;
#endif
}
