#ifndef WEIR_PROCESS_H
#define WEIR_PROCESS_H
#include <sys/types.h>

// Waits until the process `pid` has ended; returns at once where there is none.
void weir_await_process_end(pid_t pid);
#endif
