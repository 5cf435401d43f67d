#include "weir_crc32c.h"
#include <string.h>

// Slicing by eight: the portable path, and the oracle of the others.
static uint32_t table[8][256];

__attribute__((constructor)) static void fill_table(void) {
  for (uint32_t n = 0; n < 256; n++) {
    uint32_t c = n;
    for (int k = 0; k < 8; k++) c = (c >> 1) ^ (0x82f63b78u & (0u - (c & 1)));
    table[0][n] = c;
  }
  for (uint32_t n = 0; n < 256; n++)
    for (int k = 1; k < 8; k++)
      table[k][n] = (table[k - 1][n] >> 8) ^ table[0][table[k - 1][n] & 0xff];
}

static uint32_t by_table(uint32_t c, const uint8_t *p, size_t n) {
  for (; n >= 8; p += 8, n -= 8) {
    c ^= (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
    c = table[7][c & 0xff] ^ table[6][c >> 8 & 0xff] ^ table[5][c >> 16 & 0xff] ^
        table[4][c >> 24] ^ table[3][p[4]] ^ table[2][p[5]] ^ table[1][p[6]] ^ table[0][p[7]];
  }
  for (; n; n--) c = c >> 8 ^ table[0][(c ^ *p++) & 0xff];
  return c;
}

uint32_t weir_crc32c_path(int path, uint32_t seed, const void *bytes, size_t count) {
  (void)path;
  return ~by_table(~seed, bytes, count);
}
int weir_crc32c_path_available(int path) { return path == 0; }
uint32_t weir_crc32c(uint32_t seed, const void *bytes, size_t count) {
  return weir_crc32c_path(0, seed, bytes, count);
}
