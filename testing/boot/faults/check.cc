// A broken promise of the kernel's own code, three calls deep.
#include "kernel/base/check.h"

namespace {

volatile int returned = 0;  // what happens after each call, so that no call is the last thing a function does

[[gnu::noinline]] void Innermost(int value) {
  CHECK(value == 1);
  returned = 1;
}

[[gnu::noinline]] void Middle(int value) {
  Innermost(value + 1);
  returned = 2;
}

}  // namespace

int main(int argc, char**) {
  Middle(argc);
  return returned;
}
