// A start after which there is no record: the power just came on, or the board keeps none.
#include "kernel/panic/last_crash.h"

int main() {
  kernel::panic::ForgetLastCrash();
  return kernel::panic::LastCrash() == nullptr ? 0 : 1;
}
