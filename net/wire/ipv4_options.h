// The options of an IPv4 header. A host has use for none of them; it must see which packets to refuse. [RFC791] 3.1
#ifndef ENKEL_NET_WIRE_IPV4_OPTIONS_H_
#define ENKEL_NET_WIRE_IPV4_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace net::wire {

struct Ipv4Options {
  enum class Verdict : std::uint8_t {
    kFine,
    kSourceRouted,  // the sender wants to say by which way it goes: refused [RFC7126] 4.3, 4.4
    kMalformed,     // a size or a pointer that leads out of the option or the header, or a second of what stands once
  };

  Verdict verdict = Verdict::kFine;
  std::uint8_t place = 0;  // bytes from the start of `bytes`: where it is malformed

  // `bytes` is what follows the first kIpv4Size bytes of a header.
  static Ipv4Options Check(std::span<const std::byte> bytes);
};

}  // namespace net::wire

#endif  // ENKEL_NET_WIRE_IPV4_OPTIONS_H_
