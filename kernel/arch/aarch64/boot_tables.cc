// The page tables that the image starts with: W^X, nothing mapped that is not needed. kernel/arch/address_space.h
// changes them later.
//
// This runs with the MMU off, where memory is Device memory: an unaligned access faults (hence -mstrict-align in
// BUILD.bazel) and so does the DC ZVA of musl's memset (hence EnkelZeroPage). No global is read or written: .bss is not
// zeroed yet, and what is written here has to be invalidated from the caches by start.S.
#include "kernel/arch/aarch64/device_windows.h"
#include "kernel/arch/aarch64/page_table_entry.h"

extern "C" {
// kernel/boot/image.ld
extern const char __image_start[], __text_end[], __constants_end[];
extern const char __exception_stack_bottom[], __exception_stack_top[];
extern const char __stack_bottom[], __stack_top[];
extern char __boot_tables_start[], __boot_tables_end[];

void EnkelZeroPage(std::uint64_t* page);  // start.S
std::uint64_t EnkelBuildBootTables();
}

namespace kernel::arch {
namespace {

constexpr std::uint64_t kEntries = 512;

std::uint64_t Address(const char* symbol) { return reinterpret_cast<std::uintptr_t>(symbol); }

// Takes pages from the boot pool, in order; the root is the first.
class BootTables {
 public:
  BootTables() : next_(Address(__boot_tables_start)), root_(NewTable()) {}

  // Maps [start, end) to itself: 2 MiB blocks where they fit, else 4 KiB pages. Code is mapped by pages only: the code
  // that splits a live block must not lie in it (kernel/arch/README.md).
  void Map(std::uint64_t start, std::uint64_t end, Access access, MemoryType type) {
    while (start < end) {
      std::uint64_t* level2 = Descend(root_ + start / (kEntries * kBlockSize));
      std::uint64_t* block = level2 + start / kBlockSize % kEntries;
      if (start % kBlockSize == 0 && end - start >= kBlockSize && access != Access::kReadExecute) {
        *block = PageTableEntry::Leaf(start, access, type, 2);
        start += kBlockSize;
        continue;
      }
      std::uint64_t* page = Descend(block) + start / kPageSize % kEntries;
      const std::uint64_t block_end = RoundDown(start, kBlockSize) + kBlockSize;
      const std::uint64_t last = end < block_end ? end : block_end;
      std::uint64_t leaf = PageTableEntry::Leaf(start, access, type, 3);  // the next page's differs by the address only
      for (; start < last; start += kPageSize, leaf += kPageSize) *page++ = leaf;
    }
  }

  std::uint64_t next() const { return next_; }

 private:
  std::uint64_t* Descend(std::uint64_t* entry) {
    if (PageTableEntry::IsEmpty(*entry)) {
      *entry = PageTableEntry::Table(reinterpret_cast<std::uintptr_t>(NewTable()));
    }
    return reinterpret_cast<std::uint64_t*>(PageTableEntry::Physical(*entry));
  }

  std::uint64_t* NewTable() {
    if (next_ == Address(__boot_tables_end)) __builtin_trap();  // the board's windows lie too far apart
    auto* table = reinterpret_cast<std::uint64_t*>(next_);
    next_ += kPageSize;
    EnkelZeroPage(table);
    return table;
  }

  std::uint64_t next_;
  std::uint64_t* root_;
};

}  // namespace
}  // namespace kernel::arch

// Builds the tables and returns the address of the boot pool's next free page. Called by start.S only.
std::uint64_t EnkelBuildBootTables() {
  using namespace kernel::arch;  // NOLINT(google-build-using-namespace): an extern "C" function cannot live inside
  BootTables tables;
  const auto map = [&tables](const char* start, const char* end, Access access) {
    tables.Map(Address(start), Address(end), access, MemoryType::kNormal);
  };
  map(__image_start, __text_end, Access::kReadExecute);
  map(__text_end, __constants_end, Access::kRead);
  map(__constants_end, __boot_tables_start, Access::kReadWrite);
  map(__boot_tables_start, __boot_tables_end, Access::kReadWrite);  // on its own: too small for a block, as for code
  map(__exception_stack_bottom, __exception_stack_top, Access::kReadWrite);
  map(__stack_bottom, __stack_top, Access::kReadWrite);
  for (const DeviceWindow* window = enkel_device_windows; window->size != 0; ++window) {
    tables.Map(window->base, window->base + window->size, Access::kReadWrite, MemoryType::kDevice);
  }
  return tables.next();
}
