#include "net/wire/igmp.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "net/wire/address.h"
#include "net/wire/checksum.h"
#include "net/wire/endian.h"

namespace net::wire {
namespace {

using kernel::Error;
using kernel::Fail;

// Places, bytes from the message's start.
constexpr std::size_t kCode = 1;
constexpr std::size_t kGroup = 4;
constexpr std::size_t kSources = 10;
constexpr std::size_t kSourceSize = 4;
constexpr std::size_t kRecords = 6;  // of a report of version 3: how many
constexpr std::size_t kRecord = 8;   // the first one

constexpr std::uint32_t kTenth = 100;                // milliseconds: what codes count
constexpr std::uint32_t kVersion1Delay = 10 * 1000;  // milliseconds

// Codes from 128 on are floating-point numbers: 1, exponent (3), mantissa (4). [RFC3376] 4.1.1
constexpr std::uint32_t kIsFloat = 0x80;
constexpr int kMantissaBits = 4;

std::uint32_t TenthsOf(std::uint32_t code) {
  if (code < kIsFloat) return code;
  return ((code & 0xf) + 0x10) << ((code >> kMantissaBits & 7) + 3);
}

std::uint32_t CodeOf(std::uint32_t tenths) {
  if (tenths < kIsFloat) return tenths;
  const int exponent = std::bit_width(tenths) - kMantissaBits - 4;
  if (exponent > 7) return 0xff;
  return kIsFloat | static_cast<std::uint32_t>(exponent) << kMantissaBits | (tenths >> (exponent + 3) & 0xf);
}

bool HasRightSum(std::span<const std::byte> message) {
  Checksum sum;
  sum.Add(message);
  return sum.Sum() == 0xffff;
}

// Over bytes whose checksum is 0.
void AddSum(std::span<std::byte> message) {
  Checksum sum;
  sum.Add(message);
  StoreBig(&message[kIgmpChecksumPlace], sum.Finish());
}

void WriteHead(std::span<std::byte> message, IgmpType type, std::uint32_t code) {
  message[0] = static_cast<std::byte>(type);
  message[kCode] = static_cast<std::byte>(code);
  StoreBig(&message[kIgmpChecksumPlace], std::uint16_t{0});
}

}  // namespace

// [RFC3376] 7.1
kernel::Result<IgmpQuery> IgmpQuery::Parse(std::span<const std::byte> message) {
  if (message.size() < kIgmpSize || message[0] != static_cast<std::byte>(IgmpType::kQuery) || !HasRightSum(message)) {
    return Fail(Error::kMalformed);
  }
  const auto code = static_cast<std::uint8_t>(message[kCode]);
  IgmpQuery query = {.group = Ipv4Address::Load(&message[kGroup])};
  if (!query.group.IsUnspecified() && !query.group.IsMulticast()) return Fail(Error::kMalformed);
  if (message.size() == kIgmpSize) {
    query.version = code == 0 ? 1 : 2;
    query.most_delay = code == 0 ? kVersion1Delay : code * kTenth;
    return query;
  }
  if (message.size() < kVersion3Size) return Fail(Error::kMalformed);
  query.most_delay = TenthsOf(code) * kTenth;
  query.sources = LoadBig<std::uint16_t>(&message[kSources]);
  if (query.sources > (message.size() - kVersion3Size) / kSourceSize) return Fail(Error::kMalformed);
  if (query.sources > 0 && query.group.IsUnspecified()) return Fail(Error::kMalformed);
  return query;
}

void IgmpQuery::Write(std::span<std::byte> message) const {
  const std::uint32_t tenths = most_delay / kTenth;
  std::uint32_t code = version == 3 ? CodeOf(tenths) : tenths > 0xff ? 0xff : tenths;
  if (version == 1) code = 0;
  if (version == 2 && code == 0) code = 1;
  WriteHead(message, IgmpType::kQuery, code);
  group.Store(&message[kGroup]);
  if (version == 3) StoreBig(&message[kIgmpSize], std::uint32_t{0});
  AddSum(message.first(size()));
}

kernel::Result<IgmpMessage> IgmpMessage::Parse(std::span<const std::byte> message) {
  if (message.size() < kIgmpSize || !HasRightSum(message)) return Fail(Error::kMalformed);
  const IgmpMessage read = {.type = static_cast<IgmpType>(message[0]), .group = Ipv4Address::Load(&message[kGroup])};
  const bool is_known =
      read.type == IgmpType::kReportV1 || read.type == IgmpType::kReportV2 || read.type == IgmpType::kLeave;
  if (!is_known || !read.group.IsMulticast()) return Fail(Error::kMalformed);
  return read;
}

void IgmpMessage::Write(std::span<std::byte> message) const {
  WriteHead(message, type, 0);
  group.Store(&message[kGroup]);
  AddSum(message.first(kIgmpSize));
}

void IgmpReport::Write(std::span<std::byte> message) const {
  WriteHead(message, IgmpType::kReportV3, 0);
  StoreBig(&message[kGroup], std::uint16_t{0});
  StoreBig(&message[kRecords], std::uint16_t{1});
  message[kRecord] = static_cast<std::byte>(kind);
  message[kRecord + 1] = std::byte{0};                // no auxiliary data
  StoreBig(&message[kRecord + 2], std::uint16_t{0});  // no sources
  group.Store(&message[kRecord + 4]);
  AddSum(message.first(kSize));
}

}  // namespace net::wire
