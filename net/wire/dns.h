// DNS messages, read one record after the other. [RFC1035] 4, with the checks of [RFC9267]
#ifndef ENKEL_NET_WIRE_DNS_H_
#define ENKEL_NET_WIRE_DNS_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "net/wire/address.h"
#include "net/wire/dns_name.h"

namespace net::wire {

inline constexpr std::uint16_t kDnsPort = 53;
inline constexpr std::size_t kDnsHeaderSize = 12;              // bytes
inline constexpr std::size_t kLargestDnsQuery = 12 + 255 + 4;  // bytes, of one question
inline constexpr std::size_t kLargestDnsDatagram = 512;        // bytes, without extensions. [RFC1035] 2.3.4

// [RFC1035] 3.2.2, [RFC3596] 2.1
enum class DnsType : std::uint16_t { kA = 1, kNs = 2, kCname = 5, kSoa = 6, kPtr = 12, kAaaa = 28 };
inline constexpr std::uint16_t kDnsInternet = 1;  // the class

// [RFC1035] 4.1.1
enum class DnsCode : std::uint8_t { kNoError = 0, kFormatError = 1, kServerFailure = 2, kNoName = 3, kRefused = 5 };

struct DnsQuestion {
  DnsName name = {};
  DnsType type = DnsType::kA;  // any number
  std::uint16_t network_class = kDnsInternet;
};

struct DnsHeader {
  std::uint16_t id = 0;
  bool is_response = false;
  std::uint8_t opcode = 0;
  bool is_truncated = false;
  bool wants_recursion = false;
  DnsCode code = DnsCode::kNoError;  // any number below 16
  std::uint16_t questions = 0;
  std::uint16_t answers = 0;
  std::uint16_t authorities = 0;
  std::uint16_t additionals = 0;

  // Errors: kMalformed (too short; more questions and records than the bytes could hold).
  static kernel::Result<DnsHeader> Parse(std::span<const std::byte> message);
  // `bytes` has kDnsHeaderSize of them.
  void Write(std::span<std::byte> bytes) const;
};

// A resource record; what `data` is depends on the type.
struct DnsRecord {
  DnsName name = {};
  DnsType type = DnsType::kA;  // any number
  std::uint16_t network_class = kDnsInternet;
  std::uint32_t ttl = 0;      // seconds, below 2^31. [RFC2181] 8
  std::size_t data = 0;       // its place in the message
  std::size_t data_size = 0;  // bytes

  // What the data of each type must be, to the last byte. Errors: kMalformed.
  kernel::Result<IpAddress> ReadAddress(std::span<const std::byte> message) const;          // kA, kAaaa
  kernel::Result<DnsName> ReadName(std::span<const std::byte> message) const;               // kCname, kPtr, kNs
  kernel::Result<std::uint32_t> ReadNegativeTtl(std::span<const std::byte> message) const;  // kSoa. [RFC2308] 5
};

// Goes through a message, which must stay. After an error there is nothing more to read.
class DnsReader {
 public:
  // Begins behind the header.
  explicit DnsReader(std::span<const std::byte> message) : message_(message) {}

  // Errors: kMalformed.
  kernel::Result<DnsQuestion> ReadQuestion();
  kernel::Result<DnsRecord> ReadRecord();

 private:
  std::span<const std::byte> message_;
  std::size_t place_ = kDnsHeaderSize;
};

// Writes a query for one question, that asks for recursion; `bytes` has kLargestDnsQuery of them. Returns its size.
std::size_t WriteDnsQuery(std::uint16_t id, const DnsQuestion& question, std::span<std::byte> bytes);

}  // namespace net::wire

#endif  // ENKEL_NET_WIRE_DNS_H_
