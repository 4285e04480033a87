// libc++'s hardening: an index out of bounds is no read of whatever lies there.
#include <cstddef>
#include <vector>

int main() {
  std::vector<int> numbers(7);
  const volatile std::size_t index = 7;
  return numbers[index];
}
