#include "net/wire/icmpv6.h"

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "net/wire/endian.h"

namespace net::wire {
namespace {

constexpr std::size_t kBody = 4;  // bytes from the start

}  // namespace

kernel::Result<Icmpv6> Icmpv6::Parse(std::span<const std::byte> bytes) {
  if (bytes.size() < kIcmpv6Size) return kernel::Fail(kernel::Error::kMalformed);
  return Icmpv6{.type = static_cast<Icmpv6Type>(bytes[0]),
                .code = static_cast<std::uint8_t>(bytes[1]),
                .checksum = LoadBig<std::uint16_t>(&bytes[kIcmpv6ChecksumPlace]),
                .body = LoadBig<std::uint32_t>(&bytes[kBody])};
}

void Icmpv6::Write(std::span<std::byte> bytes) const {
  bytes[0] = static_cast<std::byte>(type);
  bytes[1] = static_cast<std::byte>(code);
  StoreBig(&bytes[kIcmpv6ChecksumPlace], checksum);
  StoreBig(&bytes[kBody], body);
}

}  // namespace net::wire
