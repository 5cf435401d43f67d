#ifndef WEIR_FILE_H
#define WEIR_FILE_H
#include <stdint.h>

// Allocates `count` bytes of disk from `offset` on without changing the file's size.
// Returns 0 or an errno; EOPNOTSUPP where the file system (or the system) cannot.
int weir_allocate_keeping_size(int descriptor, int64_t offset, int64_t count);

// Takes an exclusive lock on the whole file that conflicts with Java's FileChannel.tryLock in
// another process and with this call on another descriptor in this one. Returns 0 or an errno.
int weir_lock_file(int descriptor);

// Whether the byte at `position` can be read without waiting for the disk: 1 or 0. 1, too, where
// the system or the file system cannot tell.
int weir_is_in_memory(int descriptor, int64_t position);

// Makes all that was written to the file's file system durable. Returns 0 or an errno.
int weir_sync_file_system(int descriptor);
#endif
