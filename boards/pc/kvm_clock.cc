#include "boards/pc/kvm_clock.h"

#include <cstdint>

#include "kernel/arch/x86_64/cpuid.h"
#include "kernel/arch/x86_64/msr.h"

namespace board {
namespace {

constinit KvmTimeInfo info = {};  // the image is mapped to itself: its address is physical

}  // namespace

// KVM fills the structure before the write returns; it is asked once, and then told to leave memory alone.
std::uint64_t TscFrequencyFromKvm() {
  const std::uint32_t msr = KvmClockMsr([](std::uint32_t leaf) { return kernel::arch::Cpuid(leaf); });
  if (msr == 0) return 0;
  kernel::arch::WriteMsr(msr, reinterpret_cast<std::uint64_t>(&info) | 1);
  const auto& filled = const_cast<const volatile KvmTimeInfo&>(info);
  const std::uint32_t multiplier = filled.tsc_to_system_mul;
  const std::int8_t shift = filled.tsc_shift;
  kernel::arch::WriteMsr(msr, 0);
  return FrequencyOf(multiplier, shift);
}

}  // namespace board
