// PCI for tests: functions with registers of which only some bits can be written, behind bridges that hand on what
// their bus numbers say.
#ifndef ENKEL_DRIVERS_BUS_PCI_MODEL_BUS_H_
#define ENKEL_DRIVERS_BUS_PCI_MODEL_BUS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "drivers/bus/pci/configuration.h"
#include "drivers/bus/pci/registers.h"

namespace drivers::pci {

struct ModelFunction {
  std::uint8_t device = 0;
  std::uint8_t function = 0;
  std::array<std::uint32_t, 64> words = {};
  std::array<std::uint32_t, 64> writable = {};
  std::vector<ModelFunction> behind = {};  // of a bridge

  static ModelFunction Make(std::uint8_t device, std::uint8_t function = 0) {
    ModelFunction made = {.device = device, .function = function};
    made.words[0] = 0x1041'1af4;
    made.writable[COMMAND::kOffset / 4] = 0x0000'0547;
    return made;
  }
  static ModelFunction Bridge(std::uint8_t device, std::vector<ModelFunction> behind) {
    ModelFunction made = Make(device);
    made.words[HEADER_TYPE::kOffset / 4] = 0x0001'0000;
    made.writable[0x18 / 4] = 0x00ff'ffff;
    made.writable[0x20 / 4] = made.writable[0x24 / 4] = 0xfff0'fff0;
    made.writable[0x1c / 4] = 0x0000'f0f0;
    made.behind = std::move(behind);
    return made;
  }

  ModelFunction Multi() && {
    words[HEADER_TYPE::kOffset / 4] |= 0x0080'0000;
    return std::move(*this);
  }

  // Memory behind base address register `index`; at a place already if `address` is not 0.
  ModelFunction Memory(unsigned index, std::uint64_t size, bool is_wide = false, std::uint64_t address = 0) && {
    const unsigned word = BASE_ADDRESS::kOffset / 4 + index;
    writable[word] = static_cast<std::uint32_t>(~(size - 1)) & ~0xfU;
    words[word] = static_cast<std::uint32_t>(address) | (is_wide ? 0b100 : 0);
    if (is_wide) {
      writable[word + 1] = static_cast<std::uint32_t>(~(size - 1) >> 32);
      words[word + 1] = static_cast<std::uint32_t>(address >> 32);
    }
    return std::move(*this);
  }

  // Ties a capability to the head of the list, at `offset`; `rest` follows its two bytes of head, from the third on.
  ModelFunction With(std::uint8_t id, std::uint8_t offset, std::vector<std::uint8_t> rest) && {
    const auto next = static_cast<std::uint8_t>(words[CAPABILITIES_POINTER::kOffset / 4]);
    std::vector<std::uint8_t> bytes = {id, next};
    bytes.insert(bytes.end(), rest.begin(), rest.end());
    for (std::size_t i = 0; i < bytes.size() && offset + i < 256; ++i) SetByte(offset + i, bytes[i]);
    words[CAPABILITIES_POINTER::kOffset / 4] = offset;
    words[COMMAND::kOffset / 4] |= 1 << 20;
    return std::move(*this);
  }

  void SetByte(std::size_t offset, std::uint8_t value) {
    const std::size_t shift = 8 * (offset % 4);
    words[offset / 4] = (words[offset / 4] & ~(std::uint32_t{0xff} << shift)) | std::uint32_t{value} << shift;
  }
};

class ModelBus final : public Configuration {
 public:
  explicit ModelBus(std::vector<ModelFunction> functions) : functions_(std::move(functions)) {}

  std::uint32_t Read(Location at, std::uint16_t offset) override {
    ++reads;
    const ModelFunction* const function = Find(at);
    return function == nullptr || offset >= 256 ? kNobody : function->words[offset / 4];
  }

  void Write(Location at, std::uint16_t offset, std::uint32_t value) override {
    ++writes;
    ModelFunction* const function = Find(at);
    if (function == nullptr || offset >= 256) return;
    const bool is_bar = offset >= BASE_ADDRESS::kOffset && offset < BASE_ADDRESS::kOffset + 24;
    if (is_bar && value == 0xffff'ffff && (function->words[COMMAND::kOffset / 4] & 0b11) != 0) {
      was_moved_while_it_answers = true;
    }
    std::uint32_t& word = function->words[offset / 4];
    if (offset == COMMAND::kOffset) word &= ~(value & 0xf900'0000);  // the status: a written 1 clears
    word = (word & ~function->writable[offset / 4]) | (value & function->writable[offset / 4]);
  }

  // Null: there is none, or the bridges do not lead there.
  ModelFunction* Find(Location at) {
    std::vector<ModelFunction>* on_bus = &functions_;
    for (unsigned bus = 0; bus != at.bus;) {
      ModelFunction* next = nullptr;
      for (ModelFunction& candidate : *on_bus) {
        const std::uint32_t numbers = candidate.words[0x18 / 4];
        const std::uint32_t first = numbers >> 8 & 0xff, last = numbers >> 16 & 0xff;
        if (!candidate.behind.empty() && first > bus && at.bus >= first && at.bus <= last) next = &candidate;
      }
      if (next == nullptr) return nullptr;
      bus = next->words[0x18 / 4] >> 8 & 0xff;
      on_bus = &next->behind;
    }
    for (ModelFunction& candidate : *on_bus) {
      if (candidate.device == at.device && candidate.function == at.function) return &candidate;
    }
    return nullptr;
  }

  int reads = 0;
  int writes = 0;
  bool was_moved_while_it_answers = false;

 private:
  std::vector<ModelFunction> functions_;
};

}  // namespace drivers::pci

#endif  // ENKEL_DRIVERS_BUS_PCI_MODEL_BUS_H_
