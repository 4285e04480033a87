// The whole stack at once: frames of any kind, time that passes, and calls of a program, in any order. After each step
// what TCP promises itself holds, tables keep to their sizes, timers are few and what was sent is well-formed; at the
// end, when the program has let everything go and time has passed, nothing is left.
#include <cstddef>
#include <cstdint>
#include <span>

#include "testing/fuzz/stack/player.h"
#include "testing/fuzz/stack/steps.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Player player;
  fuzz::Input input(std::span(data, size));
  while (!input.IsEmpty()) player.Take(input);
  player.Finish();
  return 0;
}
