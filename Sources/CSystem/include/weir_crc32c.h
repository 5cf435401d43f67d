#ifndef WEIR_CRC32C_H
#define WEIR_CRC32C_H
#include <stddef.h>
#include <stdint.h>

// CRC-32C (Castagnoli), as Kafka's record batches use it. `seed` is the checksum of the bytes
// before these (0 at the start), so that weir_crc32c(weir_crc32c(0, a), b) == weir_crc32c(0, a+b).
uint32_t weir_crc32c(uint32_t seed, const void *bytes, size_t count);

// The paths behind it, told apart so that tests can compare them:
// 0 table, 1 the CPU's instruction in interleaved chains, 2 carry-less multiplication (512 bit).
// Returns 0 where this machine cannot run that path.
int weir_crc32c_path_available(int path);
uint32_t weir_crc32c_path(int path, uint32_t seed, const void *bytes, size_t count);
#endif
