// libc++'s hardening: an empty optional has no value to read.
#include <optional>

int main() {
  const volatile int given = 0;
  std::optional<int> number;
  if (given != 0) number = 7;
  return *number;
}
