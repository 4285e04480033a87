// CHECK(condition): a promise of our own code. When it is broken the machine panics with the text and the place.
// Never for input from outside: that gets a Result (kernel/base/result.h) or a counted drop.
#ifndef ENKEL_KERNEL_BASE_CHECK_H_
#define ENKEL_KERNEL_BASE_CHECK_H_

namespace kernel {

// Implemented by kernel/panic in an image and by kernel/base:check_for_host in host tests. Interrupt-safe.
[[noreturn]] void CheckFailed(const char* expression, const char* file, int line);

}  // namespace kernel

#define CHECK(condition) \
  (__builtin_expect(!!(condition), 1) ? (void)0 : ::kernel::CheckFailed(#condition, __FILE__, __LINE__))

#endif  // ENKEL_KERNEL_BASE_CHECK_H_
