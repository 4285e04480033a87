#include "kernel/arch/process.h"

#include <cstdint>

namespace kernel::arch {

std::uint64_t* ProcessStartVector(std::uint64_t first) { return reinterpret_cast<std::uint64_t*>(first); }

}  // namespace kernel::arch
