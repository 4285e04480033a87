// A signed overflow stops the program, with a panic that says so.
#include <cstdio>
#include <limits>

int main() {
  static volatile int number = std::numeric_limits<int>::max();
  number = number + 1;
  std::puts("nothing stopped the program");
  return 0;
}
