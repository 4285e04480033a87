// Memory for the frames of coroutines, in place of a heap: what is small comes from lists of blocks of equal size,
// whose pages are kept; what is large has pages of its own, and gives them back.
//
// As the heap of other programs (docs/hardening.md, H16) it stops at a block that is given back twice or was never
// taken, at a write behind a block, when the block is given back, and at a write into one that was, when its turn
// comes.
#ifndef ENKEL_KERNEL_MEMORY_BLOCKS_H_
#define ENKEL_KERNEL_MEMORY_BLOCKS_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace kernel::memory {

// Where the pages come from. `size`: bytes, a multiple of kPageSize.
struct PageSource {
  void* (*take)(std::size_t size);  // null when there are none
  void (*give)(void* first, std::size_t size);
};

// Nothing here blocks, or may be called by an interrupt handler.
class Blocks {
 public:
  constexpr explicit Blocks(const PageSource& pages) : pages_(pages) {}

  // What tells a block of ours from others; before the first Take. Random, so that nobody can make one.
  void SetSecret(std::uint64_t secret) { secret_ = secret; }

  // `size` bytes with whatever they held before, aligned to 16; null when there is no memory.
  void* Take(std::size_t size);

  // Gives back what Take gave; nothing for null. Panics when it never did, or what lies around the bytes has changed.
  void Give(void* bytes);

 private:
  static constexpr std::size_t kStep = 64;            // bytes; whole blocks are multiples of it
  static constexpr std::size_t kLargestSmall = 1024;  // bytes of a whole block from a list
  static constexpr std::size_t kKept = 16;            // blocks given back that are not handed out again

  // In front of the bytes. Behind them, wherever they end, stands a canary.
  struct Head {
    union {
      std::size_t size;  // bytes
      Head* next;        // in a list
    };
    std::uint64_t mark;  // MarkOf; inverted in a block that was given back
  };

  static std::size_t WholeOf(std::size_t size);  // with head and canary
  std::uint64_t MarkOf(const Head* head) const;
  Head* TakeSmall(std::size_t whole);

  PageSource pages_;
  std::uint64_t secret_ = 0;
  std::byte* run_ = nullptr;  // pages that no block was made of, yet
  std::size_t run_left_ = 0;  // bytes
  std::array<Head*, kLargestSmall / kStep> free_ = {};
  std::array<Head*, kKept> kept_ = {};
  std::size_t next_kept_ = 0;
};

}  // namespace kernel::memory

#endif  // ENKEL_KERNEL_MEMORY_BLOCKS_H_
