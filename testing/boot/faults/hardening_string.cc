// libc++'s hardening: a string ends where it ends.
#include <cstddef>
#include <string>

int main() {
  const std::string text = "seven..";
  const volatile std::size_t index = 8;  // 7 is the zero that ends it
  return text[index];
}
