// Where in storage that was given at the start an object may begin.
#ifndef ENKEL_NET_TCP_ALIGN_H_
#define ENKEL_NET_TCP_ALIGN_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace net::tcp {

// `storage` from the first place on that is a multiple of `alignment`; empty when there is none. Not std::align: that
// one's object of the C++ library brings streams into the image.
inline std::span<std::byte> Aligned(std::span<std::byte> storage, std::size_t alignment) {
  const std::size_t skipped = -reinterpret_cast<std::uintptr_t>(storage.data()) % alignment;
  return storage.subspan(std::min(skipped, storage.size()));
}

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_ALIGN_H_
