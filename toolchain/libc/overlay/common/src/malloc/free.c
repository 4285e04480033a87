/* malloc and free as programs call them: a guard around mallocng, whose own data lie apart from the blocks and are
 * checked at each call. In front of it:
 *
 *   - Each block ends with 4 bytes of a canary, which depend on its address and a secret of this start. They are looked
 *     at when the block is freed or resized, and, of the blocks made last, at every call.
 *   - A block that is freed waits in a ring, filled with a pattern, before mallocng may hand it out again. The pattern
 * is looked at when the block leaves the ring, and, of the blocks freed last, at every call. Such a block's canary is
 *     inverted: who frees it again is told.
 *
 * So a write just behind a block, a write into a freed one, a double and an invalid free stop the machine at the next
 * call, as long as few others came between, and else when the block's turn comes. Threads are cooperative, and nothing
 * here waits between looking and changing, so there is no lock. */
#include "heap_guard.h"

#include <elf.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "libc.h"

void* __libc_malloc_impl(size_t size);
void* __libc_realloc(void* block, size_t size);
void __libc_free(void* block);
void* __libc_aligned_alloc(size_t alignment, size_t size);
size_t __libc_malloc_usable_size(void* block);

#define CANARY_SIZE sizeof(uint32_t)
#define LARGEST (SIZE_MAX / 2 - 8192) /* mallocng refuses more */
#define WATCHED 4                     /* blocks made, and blocks freed, that every call looks at: a power of 2 */
#define RING 16                       /* blocks freed that are not handed out again: a power of 2 */
#define MOST_RING_BYTES (256 * 1024)  /* which they hold together */
#define MOST_PATTERN 1024             /* bytes of a freed block that are filled and looked at when it leaves the ring */
#define MOST_WATCHED 64               /* bytes of it that every call looks at */
#define PATTERN 0xdededededededede

typedef uint64_t __attribute__((__may_alias__)) word_t; /* whatever type the program keeps there */

static uint64_t secret;
static unsigned char* made[WATCHED]; /* and how many bytes the program asked for */
static size_t made_size[WATCHED];
static unsigned next_made;
static unsigned char* ring[RING]; /* freed blocks, and their sizes with the canary */
static size_t ring_size[RING];
static unsigned next_in_ring;
static size_t ring_bytes;

static void make_secret(void) {
  uint64_t value = (uintptr_t)&value;
  for (size_t i = 0; libc.auxv[i]; i += 2) {
    if (libc.auxv[i] == AT_RANDOM) memcpy(&value, (char*)libc.auxv[i + 1] + 8, sizeof value);
  }
  secret = value * 0xd1342543de82ef95 | 1;
}

/* No byte is zero: that a string's end was written behind a block shall be seen. */
static uint32_t canary_of(const void* block) {
  const uint64_t mixed = ((uintptr_t)block ^ secret) * 0x9e3779b97f4a7c15;
  return (uint32_t)(mixed >> 32) | 0x01010101;
}

/* `size`: of the block with its canary. */
static uint32_t read_canary(const unsigned char* block, size_t size) {
  uint32_t canary;
  memcpy(&canary, block + size - CANARY_SIZE, sizeof canary);
  return canary;
}

static void write_canary(unsigned char* block, size_t size, uint32_t canary) {
  memcpy(block + size - CANARY_SIZE, &canary, sizeof canary);
}

static void check_canary(const unsigned char* block, size_t size) {
  const uint32_t found = read_canary(block, size), canary = canary_of(block);
  if (found == canary) return;
  if (found == ~canary) __enkel_heap_corrupted("double free, or use of a freed block");
  __enkel_heap_corrupted("a write behind the end of a block");
}

/* The first bytes of a freed block of `size` bytes that hold the pattern, in whole words, and at most `most`. */
static size_t pattern_words(size_t size, size_t most) {
  size -= CANARY_SIZE;
  return (size < most ? size : most) / sizeof(uint64_t);
}

static void check_pattern(const unsigned char* block, size_t size, size_t most) {
  const word_t* word = (const word_t*)block;
  uint64_t difference = 0;
  for (size_t words = pattern_words(size, most); words; --words) difference |= *word++ ^ PATTERN;
  if (difference || read_canary(block, size) != ~canary_of(block)) __enkel_heap_corrupted("a write into a freed block");
}

/* What every call looks at. */
static void check_watched(void) {
  for (unsigned i = 0; i < WATCHED; ++i) {
    if (made[i]) check_canary(made[i], made_size[i]);
    const unsigned freed = (next_in_ring - 1 - i) % RING;
    if (ring[freed]) check_pattern(ring[freed], ring_size[freed], MOST_WATCHED);
  }
}

static void watch(unsigned char* block, size_t size) {
  made[next_made] = block;
  made_size[next_made] = size;
  next_made = (next_made + 1) % WATCHED;
}

static void forget(const unsigned char* block) {
  for (unsigned i = 0; i < WATCHED; ++i) {
    if (made[i] == block) made[i] = 0;
  }
}

static void release(unsigned i) {
  unsigned char* const block = ring[i];
  if (!block) return;
  check_pattern(block, ring_size[i], MOST_PATTERN);
  ring[i] = 0;
  ring_bytes -= ring_size[i];
  __libc_free(block);
}

/* Gives mallocng all that waits. 0 when nothing did. */
static int release_all(void) {
  const size_t bytes = ring_bytes;
  for (unsigned i = 0; i < RING; ++i) release((next_in_ring + i) % RING);
  return bytes != 0;
}

static void* guard(unsigned char* block, size_t size) {
  if (!block) return 0;
  write_canary(block, size, canary_of(block));
  watch(block, size);
  return block;
}

/* Whether so much can be asked for, with a canary. The secret is there when it can. */
static int can_ask(size_t size) {
  if (size > LARGEST) {
    errno = ENOMEM;
    return 0;
  }
  if (!secret) make_secret();
  check_watched();
  return 1;
}

void* malloc(size_t size) {
  if (!can_ask(size)) return 0;
  size += CANARY_SIZE;
  void* block = __libc_malloc_impl(size);
  if (!block && release_all()) block = __libc_malloc_impl(size);
  return guard(block, size);
}

void* aligned_alloc(size_t alignment, size_t size) {
  if (!can_ask(size)) return 0;
  size += CANARY_SIZE;
  void* block = __libc_aligned_alloc(alignment, size);
  if (!block && errno == ENOMEM && release_all()) block = __libc_aligned_alloc(alignment, size);
  return guard(block, size);
}

void free(void* pointer) {
  unsigned char* const block = pointer;
  if (!block) return;
  check_watched();
  const size_t size = __libc_malloc_usable_size(block);
  check_canary(block, size);
  forget(block);
  if (size > MOST_RING_BYTES / 2) {
    /* Its pages are given back: who uses them meets a page fault. */
    __libc_free(block);
    return;
  }
  word_t* word = (word_t*)block;
  for (size_t words = pattern_words(size, MOST_PATTERN); words; --words) *word++ = PATTERN;
  write_canary(block, size, ~canary_of(block));
  for (unsigned i = 0; i < RING && ring_bytes + size > MOST_RING_BYTES; ++i) release((next_in_ring + i) % RING);
  release(next_in_ring);
  ring[next_in_ring] = block;
  ring_size[next_in_ring] = size;
  ring_bytes += size;
  next_in_ring = (next_in_ring + 1) % RING;
}

void* realloc(void* pointer, size_t size) {
  unsigned char* const block = pointer;
  if (!block) return malloc(size);
  if (!can_ask(size)) return 0;
  const size_t old_size = __libc_malloc_usable_size(block);
  check_canary(block, old_size);
  forget(block);
  unsigned char* const moved = __libc_realloc(block, size + CANARY_SIZE);
  if (!moved) {
    watch(block, old_size);
    return 0;
  }
  return guard(moved, size + CANARY_SIZE);
}

size_t malloc_usable_size(void* block) { return block ? __libc_malloc_usable_size(block) - CANARY_SIZE : 0; }
