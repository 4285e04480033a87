// The stack canary's master copy cannot be changed once there is a program.
#include <cstdint>

extern "C" volatile std::uintptr_t __stack_chk_guard;

int main() {
  __stack_chk_guard = 0;
  return 0;
}
