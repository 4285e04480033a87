#include "kernel/arch/process.h"

#include <cstdint>

#include "kernel/arch/exception.h"
#include "kernel/base/address.h"

namespace kernel::arch {

std::uint64_t* ProcessStartVector(std::uint64_t first) { return reinterpret_cast<std::uint64_t*>(first); }

// Linux guards the stack of a process, and says so in its own words.
void SetMainStack(VirtualAddress) {}

}  // namespace kernel::arch
