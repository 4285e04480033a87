// An index out of bounds stops the program, with a panic that says so.
#include <cstdio>

int main() {
  static volatile int index = 4;
  static int numbers[4] = {};
  numbers[index] = 1;
  std::puts("nothing stopped the program");
  return 0;
}
