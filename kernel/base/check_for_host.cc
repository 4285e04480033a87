#include <cstdio>
#include <cstdlib>

#include "kernel/base/check.h"

namespace kernel {

void CheckFailed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "CHECK(%s) failed, %s:%d\n", expression, file, line);
  std::abort();
}

}  // namespace kernel
