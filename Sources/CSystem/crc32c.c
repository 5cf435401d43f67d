// CRC-32C in four ways. Within this file a CRC is the bare register: not inverted before or after.
//
// The register is bit-reflected: bit 31-j of a word is the coefficient of x^j, so that 1 is
// 0x80000000 and multiplying by x is a shift to the right.
#include "weir_crc32c.h"
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define WEIR_CRC 1
#define CRC_TARGET __attribute__((target("sse4.2")))
#define CRC64(c, word) ((uint32_t)_mm_crc32_u64((c), (word)))
#define CRC8(c, byte) _mm_crc32_u8((c), (byte))
#elif defined(__aarch64__) && defined(__linux__)
#include <arm_acle.h>
#include <sys/auxv.h>
#define WEIR_CRC 1
#define CRC_TARGET __attribute__((target("crc")))
#define CRC64(c, word) __crc32cd((c), (word))
#define CRC8(c, byte) __crc32cb((c), (byte))
#endif

#define POLYNOMIAL 0x82f63b78u

// MARK: Tables

// The long and short chains that run side by side, in bytes; multiples of eight.
#define LONG_CHAIN 4096
#define SHORT_CHAIN 256

static uint32_t table[8][256];
static uint32_t long_shift[4][256], short_shift[4][256];
static int best_path;

static uint32_t times_x(uint32_t c) { return (c >> 1) ^ (POLYNOMIAL & (0u - (c & 1))); }

// x^n modulo the polynomial.
static uint32_t power(unsigned n) {
  uint32_t c = 0x80000000u;
  while (n--) c = times_x(c);
  return c;
}

static uint32_t multiply(uint32_t a, uint32_t b) {
  uint32_t product = 0;
  for (uint32_t bit = 0x80000000u; bit; bit >>= 1, b = times_x(b))
    if (a & bit) product ^= b;
  return product;
}

// Tables that move a register over `count` zero bytes, a byte of the register at a time.
static void fill_shift(uint32_t shift[4][256], unsigned count) {
  uint32_t factor = power(8 * count);
  for (int k = 0; k < 4; k++)
    for (uint32_t n = 0; n < 256; n++) shift[k][n] = multiply(n << (8 * k), factor);
}

static inline uint32_t shifted(uint32_t shift[4][256], uint32_t c) {
  return shift[0][c & 0xff] ^ shift[1][c >> 8 & 0xff] ^ shift[2][c >> 16 & 0xff] ^
         shift[3][c >> 24];
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

// MARK: The instruction, in three chains

#ifdef WEIR_CRC
static inline uint64_t word(const uint8_t *p) {
  uint64_t w;
  memcpy(&w, p, 8);
  return w;
}

// The instruction takes three cycles and one can start in each: three chains hide the wait.
CRC_TARGET static inline uint32_t three_chains(
    uint32_t c, const uint8_t *p, size_t length, uint32_t shift[4][256]) {
  uint32_t a = c, b = 0, d = 0;
  for (size_t i = 0; i < length; i += 8) {
    a = CRC64(a, word(p + i));
    b = CRC64(b, word(p + length + i));
    d = CRC64(d, word(p + 2 * length + i));
  }
  return shifted(shift, shifted(shift, a) ^ b) ^ d;
}

CRC_TARGET static uint32_t by_instruction(uint32_t c, const uint8_t *p, size_t n) {
  for (; n >= 3 * LONG_CHAIN; p += 3 * LONG_CHAIN, n -= 3 * LONG_CHAIN)
    c = three_chains(c, p, LONG_CHAIN, long_shift);
  for (; n >= 3 * SHORT_CHAIN; p += 3 * SHORT_CHAIN, n -= 3 * SHORT_CHAIN)
    c = three_chains(c, p, SHORT_CHAIN, short_shift);
  for (; n >= 8; p += 8, n -= 8) c = CRC64(c, word(p));
  for (; n; n--) c = CRC8(c, *p++);
  return c;
}
#endif

// MARK: Folding by carry-less multiplication

// A 128-bit lane holds A·x^64 + B, A in its low half. Moved up by d bits it is congruent to
// A·(x^(d+64) mod P) + B·(x^d mod P), 96 bits at the most. The product of two reflected halves
// stands one bit low, so each factor has one power of x less.
#if defined(__x86_64__)
struct fold { uint64_t low, high; };
static struct fold fold_128, fold_256, fold_512, fold_1024, fold_1536, fold_2048;

static struct fold fold_by(unsigned bits) {
  struct fold f = {(uint64_t)power(bits + 63) << 32, (uint64_t)power(bits - 1) << 32};
  return f;
}

static void fill_folds(void) {
  fold_128 = fold_by(128);
  fold_256 = fold_by(256);
  fold_512 = fold_by(512);
  fold_1024 = fold_by(1024);
  fold_1536 = fold_by(1536);
  fold_2048 = fold_by(2048);
}

#define TARGET_256 __attribute__((target("sse4.2,pclmul,avx2,vpclmulqdq")))
#define TARGET_512 __attribute__((target("sse4.2,pclmul,avx2,avx512f,avx512vl,avx512dq,vpclmulqdq")))

TARGET_256 static inline __m128i factor(struct fold f) {
  return _mm_set_epi64x((long long)f.high, (long long)f.low);
}

TARGET_256 static inline __m128i fold1(__m128i a, struct fold f, __m128i next) {
  __m128i k = factor(f);
  return _mm_xor_si128(
      next, _mm_xor_si128(_mm_clmulepi64_si128(a, k, 0x00), _mm_clmulepi64_si128(a, k, 0x11)));
}

// The register after 16 bytes that are congruent to all before them.
TARGET_256 static inline uint32_t reduce(__m128i a) {
  uint32_t c = CRC64(0, (uint64_t)_mm_cvtsi128_si64(a));
  return CRC64(c, (uint64_t)_mm_extract_epi64(a, 1));
}

TARGET_256 static inline __m256i fold2(__m256i a, __m256i k, __m256i next) {
  return _mm256_xor_si256(
      next,
      _mm256_xor_si256(
          _mm256_clmulepi64_epi128(a, k, 0x00), _mm256_clmulepi64_epi128(a, k, 0x11)));
}

TARGET_256 static uint32_t by_fold256(uint32_t c, const uint8_t *p, size_t n) {
  if (n < 256) return by_instruction(c, p, n);
  const __m256i *v = (const __m256i *)(const void *)p;
  __m256i a[8];
  for (int i = 0; i < 8; i++) a[i] = _mm256_loadu_si256(v + i);
  a[0] = _mm256_xor_si256(a[0], _mm256_set_epi32(0, 0, 0, 0, 0, 0, 0, (int)c));
  __m256i k = _mm256_broadcastsi128_si256(factor(fold_2048));
  for (v += 8, n -= 256; n >= 256; v += 8, n -= 256)
    for (int i = 0; i < 8; i++) a[i] = fold2(a[i], k, _mm256_loadu_si256(v + i));
  k = _mm256_broadcastsi128_si256(factor(fold_256));
  for (int i = 1; i < 8; i++) a[i] = fold2(a[i - 1], k, a[i]);
  __m256i all = a[7];
  for (; n >= 32; v += 1, n -= 32) all = fold2(all, k, _mm256_loadu_si256(v));
  __m128i rest = fold1(
      _mm256_castsi256_si128(all), fold_128, _mm256_extracti128_si256(all, 1));
  return by_instruction(reduce(rest), (const uint8_t *)v, n);
}

TARGET_512 static inline __m512i fold4(__m512i a, __m512i k, __m512i next) {
  return _mm512_ternarylogic_epi64(
      _mm512_clmulepi64_epi128(a, k, 0x00), _mm512_clmulepi64_epi128(a, k, 0x11), next, 0x96);
}

TARGET_512 static uint32_t by_fold512(uint32_t c, const uint8_t *p, size_t n) {
  if (n < 256) return by_instruction(c, p, n);
  __m512i a0 = _mm512_loadu_si512(p), a1 = _mm512_loadu_si512(p + 64);
  __m512i a2 = _mm512_loadu_si512(p + 128), a3 = _mm512_loadu_si512(p + 192);
  a0 = _mm512_xor_si512(a0, _mm512_zextsi128_si512(_mm_cvtsi32_si128((int)c)));
  __m512i k = _mm512_broadcast_i64x2(factor(fold_2048));
  for (p += 256, n -= 256; n >= 256; p += 256, n -= 256) {
    a0 = fold4(a0, k, _mm512_loadu_si512(p));
    a1 = fold4(a1, k, _mm512_loadu_si512(p + 64));
    a2 = fold4(a2, k, _mm512_loadu_si512(p + 128));
    a3 = fold4(a3, k, _mm512_loadu_si512(p + 192));
  }
  a3 = fold4(a0, _mm512_broadcast_i64x2(factor(fold_1536)), a3);
  a3 = fold4(a1, _mm512_broadcast_i64x2(factor(fold_1024)), a3);
  k = _mm512_broadcast_i64x2(factor(fold_512));
  a3 = fold4(a2, k, a3);
  for (; n >= 64; p += 64, n -= 64) a3 = fold4(a3, k, _mm512_loadu_si512(p));
  __m128i rest = _mm512_castsi512_si128(a3);
  rest = fold1(rest, fold_128, _mm512_extracti64x2_epi64(a3, 1));
  rest = fold1(rest, fold_128, _mm512_extracti64x2_epi64(a3, 2));
  rest = fold1(rest, fold_128, _mm512_extracti64x2_epi64(a3, 3));
  return by_instruction(reduce(rest), p, n);
}
#endif

// MARK: Choice

int weir_crc32c_path_available(int path) {
#if defined(__x86_64__)
  int instruction = __builtin_cpu_supports("sse4.2");
  int fold256 = instruction && __builtin_cpu_supports("pclmul") &&
                __builtin_cpu_supports("avx2") && __builtin_cpu_supports("vpclmulqdq");
  int fold512 = fold256 && __builtin_cpu_supports("avx512f") &&
                __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
#elif defined(WEIR_CRC)
  int instruction = (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0, fold256 = 0, fold512 = 0;
#else
  int instruction = 0, fold256 = 0, fold512 = 0;
#endif
  switch (path) {
    case weir_crc32c_table: return 1;
    case weir_crc32c_instruction: return instruction;
    case weir_crc32c_fold256: return fold256;
    case weir_crc32c_fold512: return fold512;
    default: return 0;
  }
}

__attribute__((constructor)) static void prepare(void) {
  for (uint32_t n = 0; n < 256; n++) {
    uint32_t c = n;
    for (int k = 0; k < 8; k++) c = times_x(c);
    table[0][n] = c;
  }
  for (uint32_t n = 0; n < 256; n++)
    for (int k = 1; k < 8; k++)
      table[k][n] = (table[k - 1][n] >> 8) ^ table[0][table[k - 1][n] & 0xff];
  fill_shift(long_shift, LONG_CHAIN);
  fill_shift(short_shift, SHORT_CHAIN);
#if defined(__x86_64__)
  __builtin_cpu_init();
  fill_folds();
#endif
  for (int path = 0; path < weir_crc32c_path_count; path++)
    if (weir_crc32c_path_available(path)) best_path = path;
}

uint32_t weir_crc32c_path(int path, uint32_t seed, const void *bytes, size_t count) {
  switch (path) {
#if defined(__x86_64__)
    case weir_crc32c_fold512: return ~by_fold512(~seed, bytes, count);
    case weir_crc32c_fold256: return ~by_fold256(~seed, bytes, count);
#endif
#ifdef WEIR_CRC
    case weir_crc32c_instruction: return ~by_instruction(~seed, bytes, count);
#endif
    default: return ~by_table(~seed, bytes, count);
  }
}

uint32_t weir_crc32c(uint32_t seed, const void *bytes, size_t count) {
  return weir_crc32c_path(best_path, seed, bytes, count);
}
