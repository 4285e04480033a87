// Registers by the book: a table tells for each which bits a host may write, which clear by writing 1, and which the
// chip clears itself some accesses later. What the table forbids is reported, and changes nothing.
#ifndef ENKEL_TESTING_MODELS_REGISTERS_H_
#define ENKEL_TESTING_MODELS_REGISTERS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <utility>

namespace models {

struct RegisterRule {
  std::uint32_t offset;
  const char* name;
  std::uint32_t reset;     // value after a reset
  std::uint32_t writable;  // other bits must be written as they are read, or as 0
  std::uint32_t clears_by_1 = 0;
  std::uint32_t clears_itself = 0;  // some reads after it was set
};

class RegisterFile {
 public:
  using Report = std::function<void(const std::string&)>;

  // How often a bit that clears itself is read as 1: who does not poll sees that nothing was done yet.
  static constexpr int kReadsUntilClear = 2;

  RegisterFile(std::span<const RegisterRule> rules, Report report) : report_(std::move(report)) {
    for (const RegisterRule& rule : rules) cells_[rule.offset] = {.rule = &rule, .value = rule.reset};
  }

  void Reset() {
    for (auto& [offset, cell] : cells_) {
      cell.value = cell.rule->reset;
      cell.reads_until_clear = 0;
    }
  }

  bool Has(std::uint32_t offset) const { return cells_.contains(offset); }

  // As the host reads and writes.
  std::uint32_t Read(std::uint32_t offset);
  void Write(std::uint32_t offset, std::uint32_t value);

  // As the chip does.
  std::uint32_t Get(std::uint32_t offset) const { return cells_.at(offset).value; }
  void Set(std::uint32_t offset, std::uint32_t value) { cells_.at(offset).value = value; }
  void SetBits(std::uint32_t offset, std::uint32_t bits) { cells_.at(offset).value |= bits; }

  // A fault: bits that clear themselves do not any more, until they are let go.
  void Stick(std::uint32_t offset, bool is_stuck) { cells_.at(offset).is_stuck = is_stuck; }

 private:
  struct Cell {
    const RegisterRule* rule = nullptr;
    std::uint32_t value = 0;
    int reads_until_clear = 0;
    bool is_stuck = false;
  };

  std::map<std::uint32_t, Cell> cells_;
  Report report_;
};

}  // namespace models

#endif  // ENKEL_TESTING_MODELS_REGISTERS_H_
