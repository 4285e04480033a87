// What stands for a device in a test, and the window through which a driver sees it. A driver that is a template over
// its window is instantiated for MappedRegisters and for DoubleRegisters in its own source file: the same lines run in
// an image and on a host. In an image the linker drops the second.
#ifndef ENKEL_DRIVERS_BUS_REGISTERS_DOUBLE_H_
#define ENKEL_DRIVERS_BUS_REGISTERS_DOUBLE_H_

#include <cstdint>

#include "drivers/bus/registers/registers.h"

namespace drivers {

// A device's registers by offset and width (1, 2, 4 or 8 bytes). As a RegisterWindow it serves drivers that take one.
class RegisterDouble : public RegisterWindow {
 public:
  virtual std::uint64_t OnLoad(std::uint32_t offset, unsigned bytes) = 0;
  virtual void OnStore(std::uint32_t offset, std::uint64_t value, unsigned bytes) = 0;

 protected:
  ~RegisterDouble() = default;

 private:
  std::uint32_t Load(std::uint32_t offset) final { return static_cast<std::uint32_t>(OnLoad(offset, 4)); }
  void Store(std::uint32_t offset, std::uint32_t value) final { OnStore(offset, value, 4); }
};

class DoubleRegisters : public TypedRegisters {
 public:
  constexpr DoubleRegisters() = default;                       // that are not there
  constexpr DoubleRegisters(RegisterDouble& of) : of_(&of) {}  // NOLINT(google-explicit-constructor)

  constexpr bool are_there() const { return of_ != nullptr; }
  constexpr DoubleRegisters At(std::uint32_t offset) const {
    DoubleRegisters moved = *this;
    moved.origin_ += offset;
    return moved;
  }

 private:
  friend class TypedRegisters;
  template <typename Word>
  Word Load(std::uint32_t offset) const {
    return static_cast<Word>(of_->OnLoad(origin_ + offset, sizeof(Word)));
  }
  template <typename Word>
  void Store(std::uint32_t offset, Word value) const {
    of_->OnStore(origin_ + offset, value, sizeof(Word));
  }

  RegisterDouble* of_ = nullptr;
  std::uint32_t origin_ = 0;
};

}  // namespace drivers

#endif  // ENKEL_DRIVERS_BUS_REGISTERS_DOUBLE_H_
