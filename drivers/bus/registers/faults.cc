#include "drivers/bus/registers/faults.h"

#include <cstdint>

namespace drivers {

bool FaultyRegisters::Active::Strikes() {
  const int at = seen++;
  return at >= fault.first && at - fault.first < fault.count;
}

std::uint64_t FaultyRegisters::OnLoad(std::uint32_t offset, unsigned bytes) {
  using enum RegisterFault::Kind;
  ++accesses_;
  const std::uint64_t all = ~std::uint64_t{0} >> (64 - 8 * bytes);
  for (Active& active : faults_) {
    if (active.fault.kind == kGone && active.Strikes()) return all;
  }
  std::uint64_t value = of_.OnLoad(offset, bytes);
  for (Active& active : faults_) {
    const RegisterFault& fault = active.fault;
    if (fault.offset != offset || (fault.kind != kStuckHigh && fault.kind != kStuckLow) || !active.Strikes()) continue;
    value = fault.kind == kStuckHigh ? value | (fault.mask & all) : value & ~fault.mask;
  }
  return value;
}

void FaultyRegisters::OnStore(std::uint32_t offset, std::uint64_t value, unsigned bytes) {
  using enum RegisterFault::Kind;
  ++accesses_;
  for (Active& active : faults_) {
    const RegisterFault& fault = active.fault;
    const bool is_concerned = fault.kind == kGone || (fault.kind == kLostWrite && fault.offset == offset);
    if (is_concerned && active.Strikes()) return;
  }
  of_.OnStore(offset, value, bytes);
}

}  // namespace drivers
