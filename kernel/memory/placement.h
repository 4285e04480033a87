// Where in the address space things lie this time: a place that differs from boot to boot for each kind of memory, so
// that who has seen one address knows no other.
#ifndef ENKEL_KERNEL_MEMORY_PLACEMENT_H_
#define ENKEL_KERNEL_MEMORY_PLACEMENT_H_

#include <array>
#include <cstdint>

namespace kernel::memory {

// Each has a quarter of the 128 TiB for itself.
enum class Region : std::uint8_t { kHeap, kReservations, kMainStack, kTables };

class Placement {
 public:
  using Seed = std::array<std::uint64_t, 2>;

  constexpr explicit Placement(const Seed& seed) : seed_(seed) {}

  // The begin of `size` bytes (at most 1 TiB): a multiple of `grain`, which is a power of two, uniform over the region,
  // with nothing else within a GiB. The same for the same seed.
  std::uint64_t Place(Region region, std::uint64_t size, std::uint64_t grain) const;

  // A number below `limit`, which is far below 2^64.
  std::uint64_t NumberFor(Region region, std::uint64_t limit) const;

 private:
  std::uint64_t Random(std::uint64_t purpose) const;

  Seed seed_;
};

}  // namespace kernel::memory

#endif  // ENKEL_KERNEL_MEMORY_PLACEMENT_H_
