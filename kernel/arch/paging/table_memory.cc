#include "kernel/arch/paging/table_memory.h"

#include <cstddef>
#include <cstdint>

#include "kernel/base/address.h"

extern "C" {
extern std::uint64_t enkel_boot_tables_next;  // the CPU's start code
extern std::byte __boot_tables_end[];         // kernel/boot/image.ld
}

namespace kernel::arch::paging {
namespace {

struct TableMemory {
  std::uint64_t virtual_address;
  std::uint64_t physical;
  std::uint64_t size;
};

[[gnu::section(".bss..late_read_only")]] constinit TableMemory memory = {};
constinit std::uint64_t used = 0;  // bytes of it

std::uint64_t TakeBootTablePage() {
  const auto end = reinterpret_cast<std::uint64_t>(__boot_tables_end);
  if (enkel_boot_tables_next + kPageSize > end) return 0;
  const std::uint64_t page = enkel_boot_tables_next;
  enkel_boot_tables_next += kPageSize;
  return page;
}

}  // namespace

std::uint64_t TakeTablePage() {
  if (used == memory.size) return TakeBootTablePage();
  const std::uint64_t page = memory.physical + used;
  used += kPageSize;
  return page;
}

// Whatever else has a table is the image, whose virtual and physical addresses are the same.
std::uint64_t* TableAt(std::uint64_t physical) {
  const std::uint64_t offset = physical - memory.physical;
  return reinterpret_cast<std::uint64_t*>(offset < memory.size ? memory.virtual_address + offset : physical);
}

std::uint64_t PhysicalOfSlot(const std::uint64_t* slot) {
  const auto address = reinterpret_cast<std::uint64_t>(slot);
  const std::uint64_t offset = address - memory.virtual_address;
  return offset < memory.size ? memory.physical + offset : address;
}

void SetTableMemory(VirtualAddress virtual_address, PhysicalAddress physical, std::uint64_t size) {
  memory = {.virtual_address = virtual_address.value, .physical = physical.value, .size = size};
}

}  // namespace kernel::arch::paging
