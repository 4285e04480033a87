// Nothing is mapped above a thread's stack.
#include <cstdint>
#include <thread>

int main() {
  std::thread([] {
    for (auto* word = static_cast<volatile std::uint64_t*>(__builtin_frame_address(0));; ++word) *word = *word;
  }).join();
  return 0;
}
