#include "kernel/memory/late_read_only.h"

#include <cstddef>
#include <cstdint>

#include "kernel/arch/address_space.h"
#include "kernel/base/check.h"
#include "kernel/base/late_read_only.h"

extern "C" {
// kernel/boot/image.ld. A process on Linux has neither: its section stays open.
[[gnu::weak]] extern std::byte __late_read_only_start[];
[[gnu::weak]] extern std::byte __late_read_only_end[];
}

namespace kernel {
namespace {

constinit bool is_sealed = false;
constinit int writers = 0;

// Page tables are taken, if at all, by the first call: it splits what there is to split.
void SetAccess(arch::Access access) {
  const auto first = reinterpret_cast<std::uint64_t>(__late_read_only_start);
  const auto end = reinterpret_cast<std::uint64_t>(__late_read_only_end);
  CHECK(arch::Protect({first}, end - first, access).has_value());
}

}  // namespace

extern "C" {

void EnkelOpenLateReadOnly() {
  if (writers++ == 0 && is_sealed) SetAccess(arch::Access::kReadWrite);
}

void EnkelCloseLateReadOnly() {
  if (--writers == 0 && is_sealed) SetAccess(arch::Access::kRead);
}

}  // extern "C"

void memory::SealLateReadOnly() {
  if (+__late_read_only_start == +__late_read_only_end) return;
  is_sealed = true;
  SetAccess(arch::Access::kRead);
}

}  // namespace kernel
