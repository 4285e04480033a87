#include <cstdio>

#include "kernel/arch/cpu.h"

int main() {
  std::puts("before the hang");
  std::fflush(stdout);
  kernel::arch::Stop();
}
