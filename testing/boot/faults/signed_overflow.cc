// Compiled with -fsanitize=signed-integer-overflow, as --config=ubsan does: undefined behaviour stops at once.
#include <climits>

int main() {
  volatile int large = INT_MAX;
  return large + 1;
}
