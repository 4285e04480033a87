#include "kernel/memory/blocks.h"

#include <cstddef>
#include <cstdint>
#include <utility>

#include "kernel/base/address.h"
#include "kernel/base/check.h"

namespace kernel::memory {
namespace {

using Canary = std::uint64_t;
using Word [[gnu::may_alias]] = std::uint64_t;  // whatever the program kept there

constexpr std::size_t kRunSize = 4 * kPageSize;           // bytes; what small blocks are made of
constexpr std::size_t kMostBytes = std::size_t{1} << 40;  // far more than there is, and nothing overflows
constexpr std::uint64_t kPattern = 0xdededededededede;    // in every word of a block that was given back

}  // namespace

// No byte is zero: that a string's end was written behind a block shall be seen.
std::uint64_t Blocks::MarkOf(const Head* head) const {
  return (reinterpret_cast<std::uintptr_t>(head) ^ secret_) * 0x9e3779b97f4a7c15 | 0x0101010101010101;
}

std::size_t Blocks::WholeOf(std::size_t size) { return RoundUp(sizeof(Head) + size + sizeof(Canary), kStep); }

Blocks::Head* Blocks::TakeSmall(std::size_t whole) {
  Head*& list = free_[whole / kStep - 1];
  if (Head* const head = list; head != nullptr) {
    const auto* const words = reinterpret_cast<const Word*>(head);
    bool was_written = head->mark != ~MarkOf(head);
    for (std::size_t i = sizeof(Head) / sizeof(Word); i < whole / sizeof(Word); ++i)
      was_written |= words[i] != kPattern;
    CHECK(!was_written);  // since it was given back
    list = head->next;
    return head;
  }
  if (run_left_ < whole) {
    auto* const run = static_cast<std::byte*>(pages_.take(kRunSize));
    if (run == nullptr) return nullptr;
    run_ = run;  // what was left of the last one is lost: less than one block
    run_left_ = kRunSize;
  }
  run_left_ -= whole;
  return reinterpret_cast<Head*>(std::exchange(run_, run_ + whole));
}

void* Blocks::Take(std::size_t size) {
  if (size > kMostBytes) return nullptr;
  const std::size_t whole = WholeOf(size);
  Head* const head =
      whole <= kLargestSmall ? TakeSmall(whole) : static_cast<Head*>(pages_.take(RoundUp(whole, kPageSize)));
  if (head == nullptr) return nullptr;
  head->size = size;
  head->mark = MarkOf(head);
  auto* const bytes = reinterpret_cast<std::byte*>(head + 1);
  __builtin_memcpy(bytes + size, &head->mark, sizeof(Canary));
  return bytes;
}

void Blocks::Give(void* bytes) {
  if (bytes == nullptr) return;
  Head* head = static_cast<Head*>(bytes) - 1;
  const std::uint64_t mark = MarkOf(head);
  const bool was_given_back = head->mark == ~mark;
  CHECK(!was_given_back);
  const bool is_block = head->mark == mark;
  CHECK(is_block);
  Canary canary;
  __builtin_memcpy(&canary, static_cast<std::byte*>(bytes) + head->size, sizeof(canary));
  const bool was_overrun = canary != mark;
  CHECK(!was_overrun);

  const std::size_t whole = WholeOf(head->size);
  if (whole > kLargestSmall) return pages_.give(head, RoundUp(whole, kPageSize));
  head->mark = ~mark;
  auto* const words = reinterpret_cast<Word*>(head);
  for (std::size_t i = sizeof(Head) / sizeof(Word); i < whole / sizeof(Word); ++i) words[i] = kPattern;
  Head* const oldest = std::exchange(kept_[next_kept_], head);
  next_kept_ = (next_kept_ + 1) % kKept;
  if (oldest == nullptr) return;
  Head*& list = free_[WholeOf(oldest->size) / kStep - 1];
  oldest->next = list;
  list = oldest;
}

}  // namespace kernel::memory
