#ifndef WEIR_CRC32C_H
#define WEIR_CRC32C_H
#include <stddef.h>
#include <stdint.h>

// CRC-32C (Castagnoli), as Kafka's record batches use it. `seed` is the checksum of the bytes
// before these (0 at the start), so that weir_crc32c(weir_crc32c(0, a), b) == weir_crc32c(0, a+b).
// Runs the fastest path that this machine has.
uint32_t weir_crc32c(uint32_t seed, const void *bytes, size_t count);

// The paths behind it, told apart so that tests and benchmarks can compare them.
enum {
  weir_crc32c_table = 0,        // slicing by eight, everywhere
  weir_crc32c_instruction = 1,  // the CPU's instruction in three interleaved chains
  weir_crc32c_fold256 = 2,      // carry-less multiplication, 256 bits at a time
  weir_crc32c_fold512 = 3,      // the same, 512 bits at a time
  weir_crc32c_path_count = 4
};
int weir_crc32c_path_available(int path);
// `path` has to be available here.
uint32_t weir_crc32c_path(int path, uint32_t seed, const void *bytes, size_t count);
#endif
