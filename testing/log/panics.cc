// Logs too much, then panics: the report must hold the last lines, and say what was held back.
#include "kernel/base/text.h"
#include "kernel/log/log.h"
#include "kernel/panic/panic.h"

int main() {
  for (int i = 0; i < 100; ++i) KERNEL_LOG(kInfo, "line ", i);
  KERNEL_LOG(kWarning, "the last words, at ", kernel::Hex(42));
  kernel::panic::Panic("the program's own");
}
