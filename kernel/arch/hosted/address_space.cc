// The address space of a process: the operating system keeps the tables, and nothing needs a page of ours for them.
#include "kernel/arch/address_space.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/arch/hosted/host.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"

namespace kernel::arch {
namespace {

bool IsPageRange(VirtualAddress first, std::uint64_t size) {
  return first.value % kPageSize == 0 && size % kPageSize == 0 && size <= UINT64_MAX - first.value;
}

// One character at a time from the list of mappings; '\0' at its end.
class Reader {
 public:
  char Next() {
    if (used_ == filled_) {
      filled_ = text_.Read(buffer_);
      used_ = 0;
    }
    return filled_ == 0 ? '\0' : buffer_[used_++];
  }

  // The hexadecimal number that the next character begins, and the character after it.
  std::uint64_t Number(char& after) {
    std::uint64_t value = 0;
    for (;;) {
      after = Next();
      if (after >= '0' && after <= '9') {
        value = value * 16 + static_cast<std::uint64_t>(after - '0');
      } else if (after >= 'a' && after <= 'f') {
        value = value * 16 + static_cast<std::uint64_t>(after - 'a') + 10;
      } else {
        return value;
      }
    }
  }

 private:
  host::MappingsText text_;
  std::array<char, 512> buffer_;
  std::size_t used_ = 0;
  std::size_t filled_ = 0;
};

}  // namespace

bool OwnsPageTables() { return false; }

TableChanges ReadTableChanges() { return {}; }

Result<void> AddTableMemory(VirtualAddress, PhysicalAddress, std::uint64_t) { return Fail(Error::kUnsupported); }

// What is "mapped" here is a part of the region that the board reserved, where address and physical address are one.
Result<void> Map(VirtualAddress virtual_address, PhysicalAddress physical, std::uint64_t size, Access access,
                 MemoryType type) {
  if (physical.value != virtual_address.value || type != MemoryType::kNormal) return Fail(Error::kInvalidArgument);
  return Protect(virtual_address, size, access);
}

Result<void> Protect(VirtualAddress virtual_address, std::uint64_t size, Access access) {
  if (!IsPageRange(virtual_address, size)) return Fail(Error::kInvalidArgument);
  if (access == Access::kGuard) return Fail(Error::kUnsupported);
  if (size == 0 || host::ChangeAccess(virtual_address, size, access)) return {};
  return Fail(Error::kOutOfMemory);
}

bool IsGuard(VirtualAddress) { return false; }

Result<PhysicalAddress> Translate(VirtualAddress virtual_address) { return PhysicalAddress{virtual_address.value}; }

// Lines of "start-end rwxp ...\n". A mapping here is as large as the operating system has it.
void ForEachMapping(void (*visit)(void* context, const Mapping& mapping), void* context) {
  Reader reader;
  for (;;) {
    char after = '\0';
    const std::uint64_t start = reader.Number(after);
    if (after != '-') return;
    const std::uint64_t end = reader.Number(after);
    if (after != ' ' || end <= start) return;
    const bool readable = reader.Next() == 'r';
    const bool writable = reader.Next() == 'w';
    const bool executable = reader.Next() == 'x';
    if (readable || writable || executable) {
      visit(context, {.virtual_address = {start},
                      .physical = {start},
                      .size = end - start,
                      .readable = readable,
                      .writable = writable,
                      .executable = executable,
                      .type = MemoryType::kNormal});
    }
    while (after != '\n') {
      after = reader.Next();
      if (after == '\0') return;
    }
  }
}

// They are the operating system's.
void ForEachTable(void (*)(void* context, PhysicalAddress table), void*) {}

}  // namespace kernel::arch
