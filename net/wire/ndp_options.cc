#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "kernel/base/result.h"
#include "net/wire/address.h"
#include "net/wire/endian.h"
#include "net/wire/ndp.h"

namespace net::wire {
namespace {

using kernel::Error;
using kernel::Fail;

constexpr std::size_t kUnit = 8;  // bytes: of an option's size

// [RFC4861] 4.6, [RFC8106] 5, [RFC3971] 5.3.2
enum class Option : std::uint8_t {
  kSourceMac = 1,
  kTargetMac = 2,
  kPrefix = 3,
  kMtu = 5,
  kNonce = 14,
  kDnsServers = 25,
};

constexpr std::size_t kMacSize = 8;
constexpr std::size_t kMtuSize = 8;
constexpr std::size_t kNonceSize = 8;
constexpr std::size_t kPrefixSize = 32;
constexpr std::size_t kDnsHead = 8;
constexpr std::size_t kAddressSize = 16;

// Places in a prefix information.
constexpr std::size_t kPrefixBits = 2;
constexpr std::size_t kPrefixFlags = 3;
constexpr std::size_t kValid = 4;
constexpr std::size_t kPreferred = 8;
constexpr std::size_t kPrefix = 16;
constexpr std::byte kOnLink{0x80};
constexpr std::byte kAutonomous{0x40};
constexpr std::uint8_t kMostPrefixBits = 128;

MacAddress LoadMac(std::span<const std::byte> option) {
  MacAddress mac;
  std::ranges::copy(option.subspan(2, mac.bytes.size()), mac.bytes.begin());
  return mac;
}

// `address` with zeros behind its first `bits`.
Ipv6Address Prefix(Ipv6Address address, std::uint8_t bits) {
  for (std::size_t i = 0; i < address.bytes.size(); ++i) {
    const std::size_t first = 8 * i;
    if (bits >= first + 8) continue;
    const unsigned kept = bits <= first ? 0 : bits - static_cast<unsigned>(first);
    address.bytes[i] &= static_cast<std::byte>(0xff00 >> kept);
  }
  return address;
}

void ParsePrefix(std::span<const std::byte> option, NdpOptions& options) {
  const auto bits = static_cast<std::uint8_t>(option[kPrefixBits]);
  if (option.size() != kPrefixSize || bits > kMostPrefixBits || options.prefix_count == NdpOptions::kMostPrefixes) {
    return;
  }
  options.prefixes[options.prefix_count++] = {
      .prefix_size = bits,
      .is_on_link = (option[kPrefixFlags] & kOnLink) != std::byte{0},
      .is_for_addresses = (option[kPrefixFlags] & kAutonomous) != std::byte{0},
      .valid = LoadBig<std::uint32_t>(&option[kValid]),
      .preferred = LoadBig<std::uint32_t>(&option[kPreferred]),
      .prefix = Prefix(Ipv6Address::Load(&option[kPrefix]), bits),
  };
}

void ParseDns(std::span<const std::byte> option, NdpOptions& options) {
  if (option.size() < kDnsHead + kAddressSize || (option.size() - kDnsHead) % kAddressSize != 0) return;
  if (options.dns_count == NdpOptions::kMostDns) return;
  DnsServers& dns = options.dns[options.dns_count++];
  dns.lifetime = LoadBig<std::uint32_t>(&option[4]);
  dns.count = std::min((option.size() - kDnsHead) / kAddressSize, DnsServers::kMost);
  for (std::size_t i = 0; i < dns.count; ++i) dns.servers[i] = Ipv6Address::Load(&option[kDnsHead + i * kAddressSize]);
}

void ParseOption(std::span<const std::byte> option, NdpOptions& options) {
  switch (static_cast<Option>(option[0])) {
    case Option::kSourceMac:
      if (option.size() == kMacSize && !options.source_mac) options.source_mac = LoadMac(option);
      break;
    case Option::kTargetMac:
      if (option.size() == kMacSize && !options.target_mac) options.target_mac = LoadMac(option);
      break;
    case Option::kPrefix:
      ParsePrefix(option, options);
      break;
    case Option::kMtu:
      if (option.size() == kMtuSize && !options.mtu) options.mtu = LoadBig<std::uint32_t>(&option[4]);
      break;
    case Option::kNonce:
      if (option.size() == kNonceSize && !options.nonce)
        options.nonce = LoadBig<std::uint64_t>(&option[0]) & ~0ull >> 16;
      break;
    case Option::kDnsServers:
      ParseDns(option, options);
      break;
  }
}

// Writes options one after the other.
class Writer {
 public:
  explicit Writer(std::span<std::byte> bytes) : rest_(bytes) {}

  std::span<std::byte> Begin(Option option, std::size_t size) {
    const std::span<std::byte> bytes = rest_.first(size);
    std::ranges::fill(bytes, std::byte{0});
    bytes[0] = static_cast<std::byte>(option);
    bytes[1] = static_cast<std::byte>(size / kUnit);
    rest_ = rest_.subspan(size);
    return bytes;
  }
  void WriteMac(Option option, const std::optional<MacAddress>& mac) {
    if (mac) std::ranges::copy(mac->bytes, &Begin(option, kMacSize)[2]);
  }
  std::size_t rest() const { return rest_.size(); }

 private:
  std::span<std::byte> rest_;
};

}  // namespace

kernel::Result<NdpOptions> NdpOptions::Parse(std::span<const std::byte> bytes) {
  NdpOptions options;
  while (!bytes.empty()) {
    if (bytes.size() < kUnit) return Fail(Error::kMalformed);
    const std::size_t size = static_cast<std::size_t>(bytes[1]) * kUnit;
    if (size == 0 || size > bytes.size()) return Fail(Error::kMalformed);
    ParseOption(bytes.first(size), options);
    bytes = bytes.subspan(size);
  }
  return options;
}

std::size_t NdpOptions::size() const {
  std::size_t size = prefix_count * kPrefixSize;
  if (source_mac) size += kMacSize;
  if (target_mac) size += kMacSize;
  if (mtu) size += kMtuSize;
  if (nonce) size += kNonceSize;
  for (const DnsServers& each : std::span(dns).first(dns_count)) size += kDnsHead + each.count * kAddressSize;
  return size;
}

std::size_t NdpOptions::Write(std::span<std::byte> bytes) const {
  Writer writer(bytes);
  writer.WriteMac(Option::kSourceMac, source_mac);
  writer.WriteMac(Option::kTargetMac, target_mac);
  if (mtu) StoreBig(&writer.Begin(Option::kMtu, kMtuSize)[4], *mtu);
  if (nonce) {
    const std::span<std::byte> option = writer.Begin(Option::kNonce, kNonceSize);
    StoreBig(&option[2], static_cast<std::uint16_t>(*nonce >> 32));
    StoreBig(&option[4], static_cast<std::uint32_t>(*nonce));
  }
  for (const PrefixInformation& prefix : std::span(prefixes).first(prefix_count)) {
    const std::span<std::byte> option = writer.Begin(Option::kPrefix, kPrefixSize);
    option[kPrefixBits] = static_cast<std::byte>(prefix.prefix_size);
    option[kPrefixFlags] =
        (prefix.is_on_link ? kOnLink : std::byte{0}) | (prefix.is_for_addresses ? kAutonomous : std::byte{0});
    StoreBig(&option[kValid], prefix.valid);
    StoreBig(&option[kPreferred], prefix.preferred);
    prefix.prefix.Store(&option[kPrefix]);
  }
  for (const DnsServers& each : std::span(dns).first(dns_count)) {
    const std::span<std::byte> option = writer.Begin(Option::kDnsServers, kDnsHead + each.count * kAddressSize);
    StoreBig(&option[4], each.lifetime);
    for (std::size_t i = 0; i < each.count; ++i) each.servers[i].Store(&option[kDnsHead + i * kAddressSize]);
  }
  return bytes.size() - writer.rest();
}

}  // namespace net::wire
