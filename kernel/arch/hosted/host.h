// What the hosted CPU needs from the operating system below it. boards/linux implements every function of this page;
// nothing else in the image asks Linux for anything, except that board's own console, clock and power.
// All may be called from a signal handler; none allocates.
#ifndef ENKEL_KERNEL_ARCH_HOSTED_HOST_H_
#define ENKEL_KERNEL_ARCH_HOSTED_HOST_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/arch/address_space.h"
#include "kernel/base/address.h"

namespace kernel::arch::host {

// Changes the access of pages of the process. False when the operating system refuses.
bool ChangeAccess(VirtualAddress first, std::uint64_t size, Access access);

// x86_64: writes the base of %fs, which user mode may not do by itself on every CPU. aarch64 needs no such call.
extern "C" void EnkelHostSetThreadPointer(std::uint64_t value);

// The text of the process's own list of mappings ([proc(5)] /proc/PID/maps), from the start: each call of Read gives
// the next bytes, and 0 at the end or on any error. One reader at a time.
class MappingsText {
 public:
  MappingsText();
  ~MappingsText();
  MappingsText(const MappingsText&) = delete;
  MappingsText& operator=(const MappingsText&) = delete;

  std::size_t Read(std::span<char> buffer);

 private:
  int file_;
};

// The lines that ask now and are let through, at most as many as `lines` holds; returns how many. With kUntilOneAsks it
// sleeps until there is one; it may return 0 all the same. kernel/arch/interrupts.h.
enum class Patience : std::uint8_t { kNone, kUntilOneAsks };
std::size_t FindAskingLines(std::span<std::uint32_t> lines, Patience patience);

// Ends the process at once.
[[noreturn]] void Exit(int code);

}  // namespace kernel::arch::host

#endif  // ENKEL_KERNEL_ARCH_HOSTED_HOST_H_
