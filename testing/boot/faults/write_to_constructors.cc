// The list of constructors cannot be changed.
#include <cstdint>

extern "C" volatile std::uintptr_t __init_array_start[];

int main() {
  __init_array_start[0] = 0;
  return 0;
}
