// The report of an exception runs on the exception stack; here it runs out of that one, too.
#include <array>
#include <cstdint>

#include "kernel/panic/last_words.h"

namespace {

volatile int depth = 0;

[[gnu::noinline]] void Recurse() {
  std::array<volatile char, 256> room;
  if (depth < 0) return;  // never
  room[0] = static_cast<char>(depth);
  depth = depth + 1;
  Recurse();
  depth = room[0];
}

}  // namespace

namespace kernel::panic {

extern "C" void EnkelPrintLog() { Recurse(); }

}  // namespace kernel::panic

int main() { return static_cast<int>(*reinterpret_cast<volatile std::uint32_t*>(16)); }
