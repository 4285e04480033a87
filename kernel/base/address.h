// Addresses as distinct types: a physical address is what the RAM and the devices see, a virtual one is what a pointer
// holds. They are equal by value in most of the image (identity map), which is why mixing them up must not compile.
#ifndef ENKEL_KERNEL_BASE_ADDRESS_H_
#define ENKEL_KERNEL_BASE_ADDRESS_H_

#include <compare>
#include <cstddef>
#include <cstdint>

namespace kernel {

inline constexpr std::size_t kPageSize = 4096;              // bytes; the only page size programs see
inline constexpr std::size_t kBlockSize = 2 * 1024 * 1024;  // bytes; what one level-2 table entry maps

struct PhysicalAddress {
  std::uint64_t value = 0;
  friend constexpr auto operator<=>(PhysicalAddress, PhysicalAddress) = default;
};

struct VirtualAddress {
  std::uint64_t value = 0;
  friend constexpr auto operator<=>(VirtualAddress, VirtualAddress) = default;
};

constexpr std::uint64_t RoundDown(std::uint64_t value, std::uint64_t power_of_two) {
  return value & ~(power_of_two - 1);
}
constexpr std::uint64_t RoundUp(std::uint64_t value, std::uint64_t power_of_two) {
  return RoundDown(value + power_of_two - 1, power_of_two);
}

}  // namespace kernel

#endif  // ENKEL_KERNEL_BASE_ADDRESS_H_
