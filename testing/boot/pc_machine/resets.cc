// Leaves a mark, resets the machine, and finds the mark when the same image starts again.
#include <cstdio>
#include <cstring>

#include "kernel/base/address.h"
#include "kernel/boot/board.h"

int main() {
  constexpr char kMark[] = "left before the reset";
  std::byte* page = board::CrashPage();
  if (page == nullptr) return 2;
  if (std::memcmp(page, kMark, sizeof(kMark)) != 0) {
    for (std::size_t i = 0; i < kernel::kPageSize; ++i) page[i] = static_cast<std::byte>(i * 7);
    std::memcpy(page, kMark, sizeof(kMark));
    std::puts("marked");
    board::Reset();
  }
  for (std::size_t i = sizeof(kMark); i < kernel::kPageSize; ++i) {
    if (page[i] != static_cast<std::byte>(i * 7)) {
      std::printf("byte %zu was lost\n", i);
      return 1;
    }
  }
  std::puts("found the mark again");
  return 0;
}
