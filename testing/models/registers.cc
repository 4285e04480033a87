#include "testing/models/registers.h"

#include <cstdint>
#include <format>

namespace models {

std::uint32_t RegisterFile::Read(std::uint32_t offset) {
  const auto found = cells_.find(offset);
  if (found == cells_.end()) {
    report_(std::format("read of {:#05x}, where no register is", offset));
    return 0;
  }
  Cell& cell = found->second;
  const std::uint32_t value = cell.value;
  if ((value & cell.rule->clears_itself) != 0 && --cell.reads_until_clear <= 0 && !cell.is_stuck) {
    cell.value &= ~cell.rule->clears_itself;
  }
  return value;
}

void RegisterFile::Write(std::uint32_t offset, std::uint32_t value) {
  const auto found = cells_.find(offset);
  if (found == cells_.end()) {
    report_(std::format("write of {:#x} to {:#05x}, where no register is", value, offset));
    return;
  }
  Cell& cell = found->second;
  const RegisterRule& rule = *cell.rule;
  const std::uint32_t read_only = ~(rule.writable | rule.clears_by_1 | rule.clears_itself);
  if ((value & read_only & ~cell.value) != 0 && (rule.clears_by_1 == 0 || value != 0xffff'ffff)) {
    report_(std::format("write of {:#x} to {} sets bits that are read-only", value, rule.name));
  }
  if ((value & rule.clears_itself) != 0) cell.reads_until_clear = kReadsUntilClear;
  cell.value = (cell.value & read_only) | (cell.value & rule.clears_by_1 & ~value) | (value & rule.writable) |
               ((value | cell.value) & rule.clears_itself);
}

}  // namespace models
