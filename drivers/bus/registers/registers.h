// Device registers as types: what a register holds, where it is, how wide it is, and what may be done with it. A driver
// reads and writes through a window. MappedRegisters is one that the compiler knows: an access is one instruction.
// RegisterWindow is one that is known only when the program runs. For tests there are windows without a device behind
// them (double.h, and what is built on it).
//
//   struct IMSC : ReadWrite<0x38> { using RXIM = Bits<4>; };
//   window.Write<IMSC>(IMSC::RXIM::kMask);
//
// To write a read-only register does not compile, nor to read one that can only be written.
#ifndef ENKEL_DRIVERS_BUS_REGISTERS_REGISTERS_H_
#define ENKEL_DRIVERS_BUS_REGISTERS_REGISTERS_H_

#include <concepts>
#include <cstdint>

#include "kernel/base/address.h"

namespace drivers {

// Bases of a register's type; kPlace is its offset in bytes. Of several alike, `kPlace` is the first one's.
template <std::uint32_t kPlace, std::unsigned_integral Width = std::uint32_t>
struct ReadOnly {
  using Word = Width;
  static constexpr std::uint32_t kOffset = kPlace;
  static constexpr bool kIsReadable = true;
  static constexpr bool kIsWritable = false;
  Word value = 0;
};
template <std::uint32_t kPlace, std::unsigned_integral Width = std::uint32_t>
struct ReadWrite {
  using Word = Width;
  static constexpr std::uint32_t kOffset = kPlace;
  static constexpr bool kIsReadable = true;
  static constexpr bool kIsWritable = true;
  Word value = 0;
};
template <std::uint32_t kPlace, std::unsigned_integral Width = std::uint32_t>
struct WriteOnly {
  using Word = Width;
  static constexpr std::uint32_t kOffset = kPlace;
  static constexpr bool kIsReadable = false;
  static constexpr bool kIsWritable = true;
  Word value = 0;
};

template <typename T>
concept Register = requires(T t) {
  typename T::Word;
  { T::kOffset } -> std::convertible_to<std::uint32_t>;
  { t.value } -> std::same_as<typename T::Word&>;
};
template <typename T>
concept ReadableRegister = Register<T> && T::kIsReadable;
template <typename T>
concept WritableRegister = Register<T> && T::kIsWritable;

// Whether a driver names them in the order of their offsets, which is that of their manual.
template <Register... Rs>
consteval bool AreInOrder() {
  std::uint32_t last = 0;
  return ([&] { return Rs::kOffset >= last && ((last = Rs::kOffset), true); }() && ...);
}

// `kCount` bits of a register from bit `kFirst` on.
template <unsigned kFirst, unsigned kCount = 1>
struct Bits {
  static constexpr std::uint32_t kMask = static_cast<std::uint32_t>((std::uint64_t{1} << kCount) - 1) << kFirst;
  static constexpr std::uint32_t Get(std::uint32_t value) { return (value & kMask) >> kFirst; }
  static constexpr bool IsIn(std::uint32_t value) { return (value & kMask) != 0; }
  static constexpr std::uint32_t Of(std::uint32_t field) { return field << kFirst & kMask; }
  static constexpr std::uint32_t Set(std::uint32_t value, std::uint32_t field) { return (value & ~kMask) | Of(field); }
};

// What a window that is known to the compiler can do. `from`, `to`: bytes beyond the register's offset, for one of
// several alike.
class TypedRegisters {
 public:
  template <ReadableRegister R>
  R Read(this const auto& self, std::uint32_t from = 0) {
    R value;
    value.value = self.template Load<typename R::Word>(R::kOffset + from);
    return value;
  }
  template <WritableRegister R>
  void Write(this const auto& self, R value, std::uint32_t to = 0) {
    self.template Store<typename R::Word>(R::kOffset + to, value.value);
  }
  template <WritableRegister R>
  void Write(this const auto& self, typename R::Word value, std::uint32_t to = 0) {
    self.template Store<typename R::Word>(R::kOffset + to, value);
  }
};

// Registers in memory, mapped as device memory. Holds no state but the address.
class MappedRegisters : public TypedRegisters {
 public:
  constexpr MappedRegisters() = default;                                   // that are not there
  constexpr MappedRegisters(kernel::VirtualAddress base) : base_(base) {}  // NOLINT(google-explicit-constructor)

  constexpr bool are_there() const { return base_.value != 0; }
  constexpr kernel::VirtualAddress base() const { return base_; }
  // Those of another block of the same device, `offset` bytes on.
  constexpr MappedRegisters At(std::uint32_t offset) const { return kernel::VirtualAddress{base_.value + offset}; }

 private:
  friend class TypedRegisters;
  template <typename Word>
  Word Load(std::uint32_t offset) const {
    return *reinterpret_cast<const volatile Word*>(base_.value + offset);
  }
  template <typename Word>
  void Store(std::uint32_t offset, Word value) const {
    *reinterpret_cast<volatile Word*>(base_.value + offset) = value;
  }

  kernel::VirtualAddress base_;
};

// The registers of one device, all of 32 bits, wherever they are.
class RegisterWindow {
 public:
  template <ReadableRegister R>
  R Read(std::uint32_t from = 0) {
    R value;
    value.value = Load(R::kOffset + from);
    return value;
  }
  template <WritableRegister R>
  void Write(R value, std::uint32_t to = 0) {
    Store(R::kOffset + to, value.value);
  }

 protected:
  ~RegisterWindow() = default;
  virtual std::uint32_t Load(std::uint32_t offset) = 0;
  virtual void Store(std::uint32_t offset, std::uint32_t value) = 0;
};

// One in memory, mapped as device memory.
class MemoryWindow final : public RegisterWindow {
 public:
  constexpr explicit MemoryWindow(kernel::VirtualAddress base) : base_(base) {}

 private:
  volatile std::uint32_t& At(std::uint32_t offset) const {
    return *reinterpret_cast<volatile std::uint32_t*>(base_.value + offset);
  }
  std::uint32_t Load(std::uint32_t offset) override { return At(offset); }
  void Store(std::uint32_t offset, std::uint32_t value) override { At(offset) = value; }

  kernel::VirtualAddress base_;
};

}  // namespace drivers

#endif  // ENKEL_DRIVERS_BUS_REGISTERS_REGISTERS_H_
