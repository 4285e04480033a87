#include "net/wire/icmp.h"

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "net/wire/endian.h"

namespace net::wire {

bool Icmp::IsError() const {
  switch (type) {
    case IcmpType::kEchoReply:
    case IcmpType::kEcho:
    case IcmpType::kTimestamp:
    case IcmpType::kTimestampReply:
    case IcmpType::kAddressMask:
    case IcmpType::kAddressMaskReply:
      return false;
    default:
      return true;
  }
}

kernel::Result<Icmp> Icmp::Parse(std::span<const std::byte> bytes) {
  if (bytes.size() < kIcmpSize) return kernel::Fail(kernel::Error::kMalformed);
  return Icmp{.type = static_cast<IcmpType>(bytes[0]),
              .code = static_cast<std::uint8_t>(bytes[1]),
              .checksum = LoadBig<std::uint16_t>(&bytes[kIcmpChecksumPlace]),
              .rest = LoadBig<std::uint32_t>(&bytes[4])};
}

void Icmp::Write(std::span<std::byte> bytes) const {
  bytes[0] = static_cast<std::byte>(type);
  bytes[1] = static_cast<std::byte>(code);
  StoreBig(&bytes[kIcmpChecksumPlace], checksum);
  StoreBig(&bytes[4], rest);
}

}  // namespace net::wire
