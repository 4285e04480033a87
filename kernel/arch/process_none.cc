#include <cstdint>

#include "kernel/arch/process.h"

namespace kernel::arch {

std::uint64_t* ProcessStartVector(std::uint64_t) { return nullptr; }

}  // namespace kernel::arch
