#include "kernel/arch/paging/table_page_source.h"

#include <cstddef>
#include <cstdint>

#include "kernel/arch/address_space.h"
#include "kernel/base/address.h"

extern "C" {
extern std::uint64_t enkel_boot_tables_next;  // the CPU's start code
extern std::byte __boot_tables_end[];         // kernel/boot/image.ld
}

namespace kernel::arch {
namespace paging {
namespace {

constinit TablePageSource table_page_source = nullptr;

std::uint64_t TakeBootTablePage() {
  const auto end = reinterpret_cast<std::uint64_t>(__boot_tables_end);
  if (enkel_boot_tables_next + kPageSize > end) return 0;
  const std::uint64_t page = enkel_boot_tables_next;
  enkel_boot_tables_next += kPageSize;
  return page;
}

}  // namespace

std::uint64_t TakeTablePage() {
  const std::uint64_t page = table_page_source == nullptr ? 0 : table_page_source();
  return page != 0 ? page : TakeBootTablePage();
}

}  // namespace paging

void SetTablePageSource(TablePageSource source) { paging::table_page_source = source; }

}  // namespace kernel::arch
