// Whoever runs over the end of a large block meets a guard, not the next block.
#include <cstdlib>

int main() {
  auto* const first = static_cast<volatile char*>(std::malloc(1 << 20));
  auto* const second = static_cast<volatile char*>(std::malloc(1 << 20));
  for (volatile char* byte = first < second ? first : second;; ++byte) *byte = 1;
}
