// Numbers as they stand on a wire: the most significant byte first, at any alignment.
//
// None of these checks a length: the caller has a span that is long enough, and the parsers of this folder see to it in
// one place each.
#ifndef ENKEL_NET_WIRE_ENDIAN_H_
#define ENKEL_NET_WIRE_ENDIAN_H_

#include <bit>
#include <concepts>
#include <cstddef>

namespace net::wire {

template <std::unsigned_integral T>
constexpr T LoadBig(const std::byte* bytes) {
  if consteval {
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) value = static_cast<T>(value << 8 | static_cast<T>(bytes[i]));
    return value;
  } else {
    T value;
    __builtin_memcpy(&value, bytes, sizeof(T));
    return std::endian::native == std::endian::little ? std::byteswap(value) : value;
  }
}

template <std::unsigned_integral T>
constexpr void StoreBig(std::byte* bytes, T value) {
  if consteval {
    for (std::size_t i = 0; i < sizeof(T); ++i) bytes[i] = static_cast<std::byte>(value >> (8 * (sizeof(T) - 1 - i)));
  } else {
    if (std::endian::native == std::endian::little) value = std::byteswap(value);
    __builtin_memcpy(bytes, &value, sizeof(T));
  }
}

}  // namespace net::wire

#endif  // ENKEL_NET_WIRE_ENDIAN_H_
