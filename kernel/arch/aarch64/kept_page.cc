#include "kernel/arch/aarch64/kept_page.h"

#include <cstddef>

#include "kernel/arch/aarch64/data_cache.h"
#include "kernel/arch/address_space.h"
#include "kernel/base/address.h"

namespace kernel::arch {

std::byte* KeptPage::Map() {
  if (!is_mapped_) {
    is_mapped_ = arch::Map({page_.value}, page_, kPageSize, Access::kReadWrite, MemoryType::kNormal).has_value();
  }
  return is_mapped_ ? reinterpret_cast<std::byte*>(page_.value) : nullptr;
}

void KeptPage::WriteBack() const {
  if (is_mapped_) CleanAndInvalidateDataCache({page_.value}, kPageSize);
}

}  // namespace kernel::arch
