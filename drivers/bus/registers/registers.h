// Device registers as types: what a register holds, where it is, and what may be done with it. A driver reads and
// writes through a window, which is memory in an image and a model on a host.
//
//   struct HPRT : ReadWrite<0x440> { bool is_connected() const; ... };
//   HPRT port = window.Read<HPRT>();
//   window.Write(port);
//
// To write a read-only register does not compile.
#ifndef ENKEL_DRIVERS_BUS_REGISTERS_REGISTERS_H_
#define ENKEL_DRIVERS_BUS_REGISTERS_REGISTERS_H_

#include <concepts>
#include <cstdint>

#include "kernel/base/address.h"

namespace drivers {

// Bases of a register's type; kPlace is its offset in bytes. Of several alike, `kPlace` is the first one's.
template <std::uint32_t kPlace>
struct ReadOnly {
  static constexpr std::uint32_t kOffset = kPlace;
  static constexpr bool kIsWritable = false;
  std::uint32_t value = 0;
};
template <std::uint32_t kPlace>
struct ReadWrite {
  static constexpr std::uint32_t kOffset = kPlace;
  static constexpr bool kIsWritable = true;
  std::uint32_t value = 0;
};

template <typename T>
concept Register = requires(T t) {
  { T::kOffset } -> std::convertible_to<std::uint32_t>;
  { t.value } -> std::same_as<std::uint32_t&>;
};
template <typename T>
concept WritableRegister = Register<T> && T::kIsWritable;

// `kCount` bits of a register from bit `kFirst` on.
template <unsigned kFirst, unsigned kCount = 1>
struct Bits {
  static constexpr std::uint32_t kMask = static_cast<std::uint32_t>((std::uint64_t{1} << kCount) - 1) << kFirst;
  static constexpr std::uint32_t Get(std::uint32_t value) { return (value & kMask) >> kFirst; }
  static constexpr std::uint32_t Of(std::uint32_t field) { return field << kFirst & kMask; }
  static constexpr std::uint32_t Set(std::uint32_t value, std::uint32_t field) { return (value & ~kMask) | Of(field); }
};

// The registers of one device.
class RegisterWindow {
 public:
  template <Register R>
  R Read(std::uint32_t stride_offset = 0) {
    R value;
    value.value = Load(R::kOffset + stride_offset);
    return value;
  }
  template <WritableRegister R>
  void Write(R value, std::uint32_t stride_offset = 0) {
    Store(R::kOffset + stride_offset, value.value);
  }

 protected:
  ~RegisterWindow() = default;
  virtual std::uint32_t Load(std::uint32_t offset) = 0;
  virtual void Store(std::uint32_t offset, std::uint32_t value) = 0;
};

// Registers in memory, mapped as device memory.
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
