// A double that keeps the rules of a table: which bits of each register can be written, which a one clears, which clear
// themselves, which other register a write sets or clears. What breaks a rule is a complaint.
#ifndef ENKEL_DRIVERS_BUS_REGISTERS_RULES_H_
#define ENKEL_DRIVERS_BUS_REGISTERS_RULES_H_

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "drivers/bus/registers/double.h"

namespace drivers {

// One register. What is in none of the masks can only be read: a write leaves it as it is.
struct Rule {
  static constexpr std::uint32_t kNowhere = 0xffff'ffff;

  std::uint32_t offset;
  unsigned bytes = 4;
  std::uint64_t reset = 0;     // its value at the start
  std::uint64_t writable = 0;  // bits that take what is written
  std::uint64_t cleared_by_one = 0;
  std::uint64_t self_clearing = 0;  // bits that take a one, and lose it after `clears_after` reads
  int clears_after = 1;
  bool is_read_only = false;   // a write is a complaint
  bool is_write_only = false;  // a read is one
  // Registers of which a one that is written here sets or clears the bit.
  std::uint32_t sets = kNowhere;
  std::uint32_t clears = kNowhere;
  std::uint64_t password = 0;  // which a write must have in `password_mask`; without it nothing happens
  std::uint64_t password_mask = 0;
};

class RuleModel : public RegisterDouble {
 public:
  explicit RuleModel(std::span<const Rule> table);
  virtual ~RuleModel() = default;

  // The device's side: no rule holds.
  std::uint64_t Get(std::uint32_t offset) const { return values_.at(offset).value; }
  void Put(std::uint32_t offset, std::uint64_t value) { values_.at(offset).value = value; }

  std::vector<std::string> complaints;
  std::vector<std::uint32_t> writes;  // where was written, in its order

  std::uint64_t OnLoad(std::uint32_t offset, unsigned bytes) final;
  void OnStore(std::uint32_t offset, std::uint64_t value, unsigned bytes) final;

 protected:
  // What a table cannot say: before a read gives its value, and after a write has had its effect.
  virtual void BeforeLoad(std::uint32_t) {}
  virtual void AfterStore(std::uint32_t, std::uint64_t) {}

 private:
  struct Cell {
    Rule rule;
    std::uint64_t value;
    int reads_left = 0;
  };
  Cell* Find(std::uint32_t offset, unsigned bytes, const char* what);

  std::map<std::uint32_t, Cell> values_;
};

}  // namespace drivers

#endif  // ENKEL_DRIVERS_BUS_REGISTERS_RULES_H_
