#include "net/wire/dhcp.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "kernel/base/result.h"
#include "net/wire/address.h"
#include "net/wire/endian.h"

namespace net::wire {
namespace {

using kernel::Error;
using kernel::Fail;
using kernel::Result;

// Places of the fixed part, bytes from the start. [RFC2131] 2
constexpr std::size_t kXid = 4;
constexpr std::size_t kSeconds = 8;
constexpr std::size_t kFlags = 10;
constexpr std::size_t kClient = 12;
constexpr std::size_t kYour = 16;
constexpr std::size_t kRelay = 24;
constexpr std::size_t kHardware = 28;
constexpr std::size_t kServerName = 44;
constexpr std::size_t kServerNameSize = 64;
constexpr std::size_t kFile = 108;
constexpr std::size_t kFileSize = 128;
constexpr std::size_t kCookie = 236;
constexpr std::size_t kOptions = 240;

constexpr std::uint32_t kMagic = 0x63825363;
constexpr std::size_t kSmallest = 300;
constexpr std::uint16_t kSmallestMtu = 68;  // [RFC2132] 5.1
constexpr std::uint16_t kBroadcastFlag = 0x8000;
constexpr std::uint8_t kEthernet = 1;

enum Option : std::uint8_t {
  kPad = 0,
  kMask = 1,
  kRouters = 3,
  kNameServers = 6,
  kMtu = 26,
  kRequested = 50,
  kLease = 51,
  kOverload = 52,
  kType = 53,
  kServer = 54,
  kParameters = 55,
  kLargestMessage = 57,
  kRenewal = 58,
  kRebinding = 59,
  kEnd = 255,
};

// What all parts of one option hold together.
struct Value {
  std::array<std::byte, 16> bytes;  // no option of ours needs more
  std::size_t size = 0;             // of all parts, even where it is more
  bool is_there = false;
};

// Appends the parts of `option` in `area` to `value`. An area without an end mark ends where its bytes do.
bool Collect(std::span<const std::byte> area, Option option, Value& value) {
  while (!area.empty()) {
    const auto code = static_cast<std::uint8_t>(area[0]);
    if (code == kEnd) return true;
    if (code == kPad) {
      area = area.subspan(1);
      continue;
    }
    if (area.size() < 2) return false;
    const auto size = static_cast<std::size_t>(area[1]);
    if (size > area.size() - 2) return false;
    if (code == option) {
      value.is_there = true;
      const std::size_t kept = std::min(value.size, value.bytes.size());
      const std::size_t taken = std::min(size, value.bytes.size() - kept);
      std::ranges::copy(area.subspan(2, taken), &value.bytes[0] + kept);
      value.size += size;
    }
    area = area.subspan(2 + size);
  }
  return true;
}

// Options wherever they stand: in their own field, and where that says so in the fields of the boot file's and the
// server's name. Parts of one option are joined in this order. [RFC3396] 5, 7
class Options {
 public:
  static Result<Options> Parse(std::span<const std::byte> message) {
    Options options;
    options.areas_[0] = message.subspan(kOptions);
    Value overload;
    if (!Collect(options.areas_[0], kOverload, overload)) return Fail(Error::kMalformed);
    if (!overload.is_there) return options;
    const auto bits = static_cast<std::uint8_t>(overload.bytes[0]);
    if (overload.size != 1 || bits == 0 || bits > 3) return Fail(Error::kMalformed);
    if ((bits & 1) != 0) options.areas_[1] = message.subspan(kFile, kFileSize);
    if ((bits & 2) != 0) options.areas_[2] = message.subspan(kServerName, kServerNameSize);
    for (Value ignored; const auto& area : options.areas_) {
      if (!Collect(area, kEnd, ignored)) return Fail(Error::kMalformed);
    }
    return options;
  }

  Value Find(Option option) const {
    Value value;
    for (const auto& area : areas_) Collect(area, option, value);
    return value;
  }

  // Reads a number into `number`. False: an option of another length.
  template <typename T>
  bool Read(Option option, std::optional<T>& number) const {
    const Value value = Find(option);
    if (!value.is_there) return true;
    if (value.size != sizeof(T)) return false;
    number = LoadBig<T>(value.bytes.data());
    return true;
  }

  bool Read(Option option, std::optional<Ipv4Address>& address) const {
    std::optional<std::uint32_t> number;
    if (!Read(option, number)) return false;
    if (number) address = Ipv4Address{*number};
    return true;
  }

  bool Read(Option option, DhcpAddresses& list) const {
    const Value value = Find(option);
    if (!value.is_there) return true;
    if (value.size == 0 || value.size % 4 != 0) return false;
    list.count = static_cast<std::uint8_t>(std::min(value.size / 4, list.addresses.size()));
    for (std::size_t i = 0; i < list.count; ++i) list.addresses[i] = Ipv4Address::Load(&value.bytes[4 * i]);
    return true;
  }

 private:
  std::array<std::span<const std::byte>, 3> areas_;
};

bool ReadMask(const Options& options, std::optional<std::uint8_t>& prefix_length) {
  std::optional<std::uint32_t> mask;
  if (!options.Read(kMask, mask)) return false;
  if (!mask) return true;
  prefix_length = static_cast<std::uint8_t>(std::countl_one(*mask));
  return std::popcount(*mask) == *prefix_length;
}

bool ReadOptions(const Options& options, Dhcp& message) {
  std::optional<std::uint8_t> type;
  if (!options.Read(kType, type) || !type) return false;
  if (*type < static_cast<std::uint8_t>(Dhcp::Type::kDiscover)) return false;
  if (*type > static_cast<std::uint8_t>(Dhcp::Type::kInform)) return false;
  message.type = static_cast<Dhcp::Type>(*type);
  return options.Read(kRequested, message.requested) && options.Read(kServer, message.server) &&
         options.Read(kLease, message.lease_seconds) && options.Read(kRenewal, message.renewal_seconds) &&
         options.Read(kRebinding, message.rebinding_seconds) && ReadMask(options, message.prefix_length) &&
         options.Read(kMtu, message.mtu) && message.mtu.value_or(kSmallestMtu) >= kSmallestMtu &&
         options.Read(kRouters, message.routers) && options.Read(kNameServers, message.name_servers);
}

// Writes options one after the other; the caller has room for all that a Dhcp can have.
class OptionWriter {
 public:
  explicit OptionWriter(std::span<std::byte> bytes) : bytes_(bytes) {}

  std::size_t size() const { return size_; }
  void Begin(Option option, std::size_t size) {
    Put<std::uint8_t>(option);
    Put(static_cast<std::uint8_t>(size));
  }
  template <typename T>
  void Put(T number) {
    StoreBig(&bytes_[size_], number);
    size_ += sizeof(T);
  }
  template <typename T>
  void Write(Option option, const std::optional<T>& number) {
    if (!number) return;
    Begin(option, sizeof(T));
    Put(*number);
  }
  void Write(Option option, const std::optional<Ipv4Address>& address) {
    if (address) Write(option, std::optional(address->value));
  }
  void Write(Option option, const DhcpAddresses& list) {
    if (list.count == 0) return;
    Begin(option, std::size_t{4} * list.count);
    for (const Ipv4Address address : list.view()) Put(address.value);
  }

 private:
  std::span<std::byte> bytes_;
  std::size_t size_ = 0;
};

constexpr std::array<std::uint8_t, 8> kWanted = {kMask,  kRouters, kNameServers, kMtu,
                                                 kLease, kServer,  kRenewal,     kRebinding};

}  // namespace

Result<Dhcp> Dhcp::Parse(std::span<const std::byte> bytes) {
  if (bytes.size() < kOptions) return Fail(Error::kMalformed);
  if (LoadBig<std::uint32_t>(&bytes[kCookie]) != kMagic) return Fail(Error::kUnsupported);
  const auto operation = static_cast<Operation>(bytes[0]);
  if (operation != Operation::kRequest && operation != Operation::kReply) return Fail(Error::kMalformed);
  Dhcp message = {.operation = operation};
  if (static_cast<std::uint8_t>(bytes[1]) != kEthernet || static_cast<std::size_t>(bytes[2]) != sizeof(hardware)) {
    return Fail(Error::kUnsupported);
  }
  message.xid = LoadBig<std::uint32_t>(&bytes[kXid]);
  message.seconds = LoadBig<std::uint16_t>(&bytes[kSeconds]);
  message.wants_broadcast = (LoadBig<std::uint16_t>(&bytes[kFlags]) & kBroadcastFlag) != 0;
  message.client = Ipv4Address::Load(&bytes[kClient]);
  message.your = Ipv4Address::Load(&bytes[kYour]);
  message.relay = Ipv4Address::Load(&bytes[kRelay]);
  std::copy_n(&bytes[kHardware], message.hardware.bytes.size(), message.hardware.bytes.begin());
  const Result<Options> options = Options::Parse(bytes);
  if (!options || !ReadOptions(*options, message)) return Fail(Error::kMalformed);
  return message;
}

std::size_t Dhcp::Write(std::span<std::byte> bytes) const {
  std::ranges::fill(bytes.first(kLargestDhcp), std::byte{0});
  bytes[0] = static_cast<std::byte>(operation);
  bytes[1] = std::byte{kEthernet};
  bytes[2] = std::byte{sizeof(hardware)};
  StoreBig(&bytes[kXid], xid);
  StoreBig(&bytes[kSeconds], seconds);
  StoreBig(&bytes[kFlags], wants_broadcast ? kBroadcastFlag : std::uint16_t{0});
  client.Store(&bytes[kClient]);
  your.Store(&bytes[kYour]);
  relay.Store(&bytes[kRelay]);
  std::ranges::copy(hardware.bytes, &bytes[kHardware]);
  StoreBig(&bytes[kCookie], kMagic);
  OptionWriter options(bytes.subspan(kOptions));
  options.Write(kType, std::optional(static_cast<std::uint8_t>(type)));
  options.Write(kRequested, requested);
  options.Write(kServer, server);
  options.Write(kLease, lease_seconds);
  options.Write(kRenewal, renewal_seconds);
  options.Write(kRebinding, rebinding_seconds);
  if (prefix_length)
    options.Write(kMask, std::optional(static_cast<std::uint32_t>(~(0xffff'ffffull >> *prefix_length))));
  options.Write(kMtu, mtu);
  options.Write(kRouters, routers);
  options.Write(kNameServers, name_servers);
  if (wants_parameters) {
    options.Begin(kParameters, kWanted.size());
    for (const std::uint8_t code : kWanted) options.Put(code);
    options.Write(kLargestMessage, std::optional(static_cast<std::uint16_t>(kLargestDhcp + 28)));
  }
  options.Put<std::uint8_t>(kEnd);
  return std::max(kOptions + options.size(), kSmallest);
}

}  // namespace net::wire
