// libc++'s hardening: neither does a span lead out of its array.
#include <cstddef>
#include <span>

int main() {
  static int numbers[8];
  const std::span<int> some = std::span(numbers).first(7);
  const volatile std::size_t index = 7;
  return some[index];
}
