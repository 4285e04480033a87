// Where the hypervisor tells a virtual machine that it is another one now. [VMGENID]
//
// Every byte is the firmware's, and hostile until checked. Pure.
#ifndef ENKEL_BOARDS_PC_GENERATION_TABLE_H_
#define ENKEL_BOARDS_PC_GENERATION_TABLE_H_

#include <cstddef>
#include <cstdint>

#include "boards/pc/boot_info.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"
#include "kernel/boot/board.h"

namespace board {

inline constexpr std::uint32_t kSsdt = 0x5444'5353;
inline constexpr std::size_t kGenerationIdentifierSize = 16;  // bytes

// Whether the header of an SSDT says that it is the one which QEMU makes for its device "vmgenid". [QEMU] specs/vmgenid
bool IsGenerationTable(Bytes header);

// Where the identifier lies, as the first object VGIA of a whole table tells: 8-byte aligned, in one page, not
// below 40. No interpreter: the name is found by its bytes. Errors: kNotFound (not that table, no such name, or it is
// zero: the firmware did not give the identifier a place), kMalformed (a place where none can be).
kernel::Result<kernel::PhysicalAddress> ParseGenerationTable(Bytes table);

// Whether an identifier lies wholly within memory that the map calls reserved, and so no program is ever given.
class ReservedMemory final : public MemoryMapSink {
 public:
  explicit ReservedMemory(kernel::PhysicalAddress identifier) : identifier_(identifier) {}

  void Usable(MemoryRegion) override {}
  void Reserved(MemoryRegion region) override;

  bool has_identifier() const { return has_identifier_; }

 private:
  kernel::PhysicalAddress identifier_;
  bool has_identifier_ = false;
};

}  // namespace board

#endif  // ENKEL_BOARDS_PC_GENERATION_TABLE_H_
