// Without an interrupt table no exception can be delivered, not even that of not delivering one.
#include <cstdint>

int main() {
  struct [[gnu::packed]] {
    std::uint16_t limit;
    std::uint64_t base;
  } no_table = {0, 0};
  asm volatile("lidt %0; ud2" ::"m"(no_table));
  return 0;
}
