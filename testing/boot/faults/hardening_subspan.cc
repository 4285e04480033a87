// libc++'s hardening: nor is a span made that does.
#include <cstddef>
#include <span>

int main() {
  static int numbers[8];
  const volatile std::size_t offset = 6;
  return static_cast<int>(std::span<int>(numbers).subspan(offset, 3).size());
}
