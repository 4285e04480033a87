#include "drivers/bus/registers/rules.h"

#include <cstdint>
#include <format>
#include <span>

namespace drivers {

RuleModel::RuleModel(std::span<const Rule> table) {
  for (const Rule& rule : table) values_[rule.offset] = {.rule = rule, .value = rule.reset};
}

RuleModel::Cell* RuleModel::Find(std::uint32_t offset, unsigned bytes, const char* what) {
  const auto found = values_.find(offset);
  if (found == values_.end()) {
    complaints.push_back(std::format("{} at {:#x}, where no register is", what, offset));
    return nullptr;
  }
  if (found->second.rule.bytes != bytes) {
    complaints.push_back(std::format("{} of {} bytes at {:#x}", what, bytes, offset));
    return nullptr;
  }
  return &found->second;
}

std::uint64_t RuleModel::OnLoad(std::uint32_t offset, unsigned bytes) {
  Cell* const cell = Find(offset, bytes, "read");
  if (cell == nullptr) return 0;
  if (cell->rule.is_write_only) complaints.push_back(std::format("read at {:#x}, which can only be written", offset));
  BeforeLoad(offset);
  const std::uint64_t value = cell->value;
  if ((value & cell->rule.self_clearing) != 0 && --cell->reads_left <= 0) cell->value &= ~cell->rule.self_clearing;
  return value;
}

void RuleModel::OnStore(std::uint32_t offset, std::uint64_t value, unsigned bytes) {
  writes.push_back(offset);
  Cell* const cell = Find(offset, bytes, "write");
  if (cell == nullptr) return;
  const Rule& rule = cell->rule;
  if (rule.is_read_only) complaints.push_back(std::format("write at {:#x}, which can only be read", offset));
  if ((value & rule.password_mask) != rule.password) {
    complaints.push_back(std::format("write at {:#x} without the password", offset));
    return;
  }
  cell->value = (cell->value & ~rule.writable) | (value & rule.writable);
  cell->value &= ~(value & rule.cleared_by_one);
  if ((value & rule.self_clearing) != 0) {
    cell->value |= value & rule.self_clearing;
    cell->reads_left = rule.clears_after;
  }
  if (rule.sets != Rule::kNowhere) values_.at(rule.sets).value |= value;
  if (rule.clears != Rule::kNowhere) values_.at(rule.clears).value &= ~value;
  AfterStore(offset, value);
}

}  // namespace drivers
