// Packets as they broke other stacks: the families of Ripple20, AMNESIA:33, URGENT/11, INFRA:HALT and the older ones,
// and what the RFCs say of headers, options and fragments. Names say what is wrong, and whose bug it was.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "testing/against_linux/frames.h"
#include "testing/against_linux/script.h"
#include "testing/against_linux/subject.h"

namespace against_linux {
namespace {

struct Seed {
  std::string name;
  std::vector<Bytes> frames;
};

constexpr std::uint8_t kSyn = 2;
constexpr std::uint16_t kPeerPort = 40'000;  // none that RunStates uses: Linux remembers a half-open connection a while

// Builds seeds for a subject with this address.
class Builder {
 public:
  explicit Builder(Bytes mac) : mac_(std::move(mac)) {}

  void Add(std::string name, std::vector<Bytes> frames) { seeds_.push_back({std::move(name), std::move(frames)}); }

  Bytes V4(const Bytes& payload, const Ipv4Fields& fields) const { return Frame(mac_, kIpv4, Ipv4(payload, fields)); }
  Bytes V6(const Bytes& payload, const Ipv6Fields& fields) const { return Frame(mac_, kIpv6, Ipv6(payload, fields)); }
  Bytes Ping(const Ipv4Fields& fields, std::size_t size = 56) const {
    Ipv4Fields ping = fields;
    ping.protocol = 1;
    return V4(Icmp(8, 0, Long(0x12340001) + Bytes(size, 'p')), ping);
  }
  static Bytes Echo6(std::size_t size = 56) { return Icmpv6(128, 0, Long(0x12340001) + Bytes(size, 'p')); }
  // `extensions` stand between the IPv6 header and the ping.
  Bytes Ping6(std::uint8_t next, const Bytes& extensions) const { return V6(extensions + Echo6(), {.next = next}); }

  Bytes Syn(const Bytes& options, const Bytes& text = {}, std::uint16_t urgent = 0, std::uint8_t flags = kSyn) const {
    return V4(SynSegment(options, text, urgent, flags), {});
  }
  static Bytes SynSegment(const Bytes& options, const Bytes& text = {}, std::uint16_t urgent = 0,
                          std::uint8_t flags = kSyn) {
    return Tcp({.source_port = kPeerPort,
                .destination_port = kSubjectPort,
                .sequence = 1000,
                .flags = flags,
                .urgent = urgent,
                .options = options},
               text, Ipv4Of(2), Ipv4Of(1));
  }

  Bytes ArpQuestion() const {
    return Frame(Bytes(6, '\xff'), kArp, Hex("00010800 06040001") + MacOf(2) + Ipv4Of(2) + Bytes(6, '\0') + Ipv4Of(1));
  }

  void AddIpv4();
  void AddIpv4Options();
  void AddIpv4Fragments();
  void AddIcmp();
  void AddUdp();
  void AddTcp();
  void AddArp();
  void AddIpv6();
  void AddIpv6Extensions();
  void AddIpv6Fragments();
  void AddIcmpv6();

  const Bytes& mac() const { return mac_; }
  const std::vector<Seed>& seeds() const { return seeds_; }

 private:
  Bytes mac_;
  std::vector<Seed> seeds_;
};

void Builder::AddIpv4() {
  Add("a plain ping", {Ping({})});
  Add("IPv4: a total length beyond the frame (AMNESIA 13987)", {Ping({.size = 2000})});
  Add("IPv4: a total length below the header's (Ripple20 11896)", {Ping({.size = 12})});
  Add("IPv4: version 5", {Ping({.version = 5})});
  Add("IPv4: version 6 in the frame type of version 4", {Ping({.version = 6})});
  Add("IPv4: a header of 4 words", {Ping({.header_words = 4})});
  Add("IPv4: a header of 15 words in a short packet (INFRA:HALT 31401)", {Ping({.header_words = 15, .size = 40})});
  Add("IPv4: a wrong header checksum", {Ping({.checksum_error = 1})});
  Add("IPv4: time to live 0", {Ping({.time_to_live = 0})});
  Add("IPv4: from the group 224.0.0.1", {Ping({.source = Hex("e0000001")})});
  Add("IPv4: from 255.255.255.255", {Ping({.source = Hex("ffffffff")})});
  Add("IPv4: from the subnet's broadcast address", {Ping({.source = Hex("0a0000ff")})});
  Add("IPv4: from 127.0.0.1", {Ping({.source = Hex("7f000001")})});
  Add("IPv4: from 0.0.0.0", {Ping({.source = Hex("00000000")})});
  Add("IPv4: from the receiver itself (LAND)", {Ping({.source = Ipv4Of(1)})});
  Add("IPv4: to 127.0.0.1", {Ping({.destination = Hex("7f000001")})});
  Add("IPv4: a ping to the subnet's broadcast address (smurf)", {Ping({.destination = Hex("0a0000ff")})});
  Add("IPv4: a ping to 224.0.0.1", {Ping({.destination = Hex("e0000001")})});
  Add("IPv4: a ping to another host", {Ping({.destination = Ipv4Of(77)})});
  Add("IPv4: an unknown protocol", {V4("what?", {.protocol = 253})});
  const Bytes inner = Ipv4("inner", {.protocol = 17, .size = 4});
  Add("IPv4: IP in IP with a wrong inner length (Ripple20 11896)", {V4(inner, {.protocol = 4})});
  Add("IPv4: IP in IP in fragments (Ripple20 11896)", {V4(inner.substr(0, 16), {.protocol = 4, .fragment = 0x2000}),
                                                       V4(inner.substr(16), {.protocol = 4, .fragment = 2})});
  Add("IPv4: IPv6 in IP (Ripple20 11898)", {V4(Ipv6("inner", {.next = 17}), {.protocol = 41})});
  Add("IPv4: an IGMP query of 4 bytes (URGENT/11 12265)",
      {V4(Hex("11000000"), {.protocol = 2, .time_to_live = 1, .destination = Hex("e0000001")})});
}

void Builder::AddIpv4Options() {
  const auto ping = [this](std::string_view options) { return std::vector<Bytes>{Ping({.options = Hex(options)})}; };
  Add("IPv4 option: a source route without hops left", ping("83 07 08 0a000001 00"));
  Add("IPv4 option: a source route with hops left", ping("83 07 04 0a000003 00"));
  Add("IPv4 option: a source route of length 0 (Ripple20 11909)", ping("83 00 04 00"));
  Add("IPv4 option: a source route beyond the header (Ripple20 11909)", ping("83 ff 04 00"));
  Add("IPv4 option: a source route's pointer of 0 (URGENT/11 12256)", ping("83 07 00 0a000003 00"));
  Add("IPv4 option: a source route's pointer beyond it (URGENT/11 12256)", ping("83 07 ff 0a000003 00"));
  Add("IPv4 option: two source routes (URGENT/11 12256)", ping("83 03 04 89 03 04 00 00"));
  Add("IPv4 option: a record route's pointer of 3", ping("07 07 03 00000000 00"));
  Add("IPv4 option: a record route with room", ping("07 07 04 00000000 00"));
  Add("IPv4 option: a time stamp's pointer of 4", ping("44 0c 04 00 00000000 00000000"));
  Add("IPv4 option: router alert", ping("94 04 0000"));
  Add("IPv4 option: an unknown one of length 1", ping("9f 01 0000"));
  Add("IPv4 option: an unknown one", ping("9f 04 0000"));
}

void Builder::AddIpv4Fragments() {
  const Bytes echo = Icmp(8, 0, Long(0x12340001) + Bytes(1000, 'f'));
  const auto piece = [&](std::size_t from, std::size_t size, bool more, std::uint16_t number = 1) {
    return V4(echo.substr(from, size), {.protocol = 1,
                                        .identification = number,
                                        .fragment = static_cast<std::uint16_t>((more ? 0x2000 : 0) | from / 8)});
  };
  Add("IPv4 fragments: in order", {piece(0, 504, true), piece(504, 1000, false)});
  Add("IPv4 fragments: last first", {piece(504, 1000, false, 2), piece(0, 504, true, 2)});
  Add("IPv4 fragments: one twice", {piece(0, 504, true, 3), piece(0, 504, true, 3), piece(504, 1000, false, 3)});
  Add("IPv4 fragments: the second lies within the first (Teardrop)",
      {piece(0, 504, true, 4), piece(24, 8, true, 4), piece(504, 1000, false, 4)});
  Add("IPv4 fragments: they overlap", {piece(0, 504, true, 5), piece(496, 1000, false, 5)});
  Add("IPv4 fragments: the first has 8 bytes", {piece(0, 8, true, 6), piece(8, 1000, false, 6)});
  Add("IPv4 fragments: one of 12 bytes with more to come", {piece(0, 12, true, 7), piece(504, 1000, false, 7)});
  Add("IPv4 fragments: one of 0 bytes", {piece(0, 504, true, 8), piece(504, 0, true, 8), piece(504, 1000, false, 8)});
  Add("IPv4 fragments: an end beyond 65,535 (Ping of Death)",
      {piece(0, 504, true, 9), V4(Bytes(1000, 'f'), {.protocol = 1, .identification = 9, .fragment = 0x1fff})});
  Add("IPv4 fragments: two ends", {piece(504, 504, false, 10), piece(496, 8, false, 10), piece(0, 496, true, 10)});
  Add("IPv4 fragments: one behind the end",
      {piece(504, 504, false, 11), V4("behind!!", {.protocol = 1, .identification = 11, .fragment = 0x2000 | 200}),
       piece(0, 504, true, 11)});
  Add("IPv4 fragments: a TCP header in two",
      {V4(SynSegment({}).substr(0, 8), {.identification = 12, .fragment = 0x2000}),
       V4(SynSegment({}).substr(8), {.identification = 12, .fragment = 1})});
  Add("IPv4: must not be fragmented, with more to come",
      {V4(echo.substr(0, 504), {.protocol = 1, .identification = 13, .fragment = 0x6000}),
       V4(echo.substr(504), {.protocol = 1, .identification = 13, .fragment = 0x4000 | 63})});
}

void Builder::AddIcmp() {
  const auto message = [this](const Bytes& bytes) { return std::vector<Bytes>{V4(bytes, {.protocol = 1})}; };
  Add("ICMP: an echo of 4 bytes (INFRA:HALT 35683)", {Frame(mac_, kIpv4, Ipv4(Hex("0800f7ff"), {.protocol = 1}))});
  Add("ICMP: an echo with a wrong checksum", message(Hex("0800 1111 12340001") + "text"));
  Add("ICMP: an echo with a code", message(Icmp(8, 9, Long(0x12340001) + "text")));
  Add("ICMP: a time stamp request", message(Icmp(13, 0, Long(0x12340001) + Bytes(12, '\0'))));
  Add("ICMP: a mask request", message(Icmp(17, 0, Long(0x12340001) + Long(0))));
  Add("ICMP: a mask reply that nobody asked for (Ripple20 11911)", message(Icmp(18, 0, Long(0x12340001) + Long(0))));
  Add("ICMP: unreachable that quotes nothing (Ripple20 11910)", message(Icmp(3, 4, Long(500))));
  Add("ICMP: unreachable that quotes 8 bytes", message(Icmp(3, 3, Long(0) + Hex("4500001c00010000"))));
  Add("ICMP: a redirect",
      message(
          Icmp(5, 1,
               Ipv4Of(9) + Ipv4("", {.protocol = 17, .source = Ipv4Of(1), .destination = Ipv4Of(2)}) + Bytes(8, 'x'))));
  Add("ICMP: an unknown type", message(Icmp(200, 0, Long(0))));
}

void Builder::AddUdp() {
  const auto datagram = [this](const UdpFields& fields, const Bytes& data) {
    return std::vector<Bytes>{V4(Udp(fields, data, Ipv4Of(2), Ipv4Of(1)), {.protocol = 17})};
  };
  Add("UDP: a port where nobody is", datagram({}, "hello"));
  Add("UDP: an open port", datagram({.destination_port = kEchoPort}, "hello"));
  Add("UDP: port 0", datagram({.destination_port = 0}, "hello"));
  Add("UDP: from port 0 to a port where nobody is", datagram({.source_port = 0}, "hello"));
  Add("UDP: a length of 4", datagram({.size = 4}, "hello"));
  Add("UDP: a length beyond the packet", datagram({.size = 100}, "hello"));
  Add("UDP: a length below the packet's", datagram({.size = 10}, "hello"));
  Add("UDP: a wrong checksum", datagram({.checksum = 1}, "hello"));
  Add("UDP: no checksum", datagram({.checksum = 0}, "hello"));
  Add("UDP: a header in part", {V4(Hex("0fa00009"), {.protocol = 17})});
  Add("UDP: to the subnet's broadcast address, where nobody is",
      {V4(Udp({}, "hello", Ipv4Of(2), Hex("0a0000ff")), {.protocol = 17, .destination = Hex("0a0000ff")})});
}

void Builder::AddTcp() {
  Add("TCP: a SYN", {Syn({})});
  Add("TCP: an option of length 0 (AMNESIA 13988)", {Syn(Hex("fe000000"))});
  Add("TCP: an option of length 1 (AMNESIA 24337)", {Syn(Hex("fe010000"))});
  Add("TCP: an option beyond the header (Ripple20 11912)", {Syn(Hex("0101 050a"))});
  Add("TCP: an MSS option of length 3", {Syn(Hex("020305b4"))});
  Add("TCP: an MSS of 0", {Syn(Hex("02040000"))});
  Add("TCP: an MSS of 1 (2019-11479)", {Syn(Hex("02040001"))});
  Add("TCP: a window scale of 255", {Syn(Hex("010303ff"))});
  Add("TCP: time stamps in part (Ripple20 11912)", {Syn(Hex("080a0000 00000101"))});
  Add("TCP: SACK blocks in a SYN", {Syn(Hex("050a0000 00000000 00050101"))});
  Add("TCP: an authentication option of length 3 (URGENT/11 12260)", {Syn(Hex("1d03 0000"))});
  Add("TCP: an MD5 option", {Syn(Hex("1312") + Bytes(16, 'm') + Hex("0000"))});
  Add("TCP: a SYN with data", {Syn({}, "early")});
  Add("TCP: a SYN with an urgent pointer (URGENT/11 12255)", {Syn({}, {}, 9, kSyn | 32)});
  Add("TCP: SYN and FIN", {Syn({}, {}, 0, kSyn | 1)});
  Add("TCP: all flags (XMAS)", {Syn({}, {}, 9, 63)});
  Add("TCP: no flags (NULL)", {Syn({}, {}, 0, 0)});
  Add("TCP: SYN with the congestion flags", {Syn({}, {}, 0, kSyn | 0xc0)});
  TcpFields short_header = {
      .source_port = kPeerPort, .destination_port = kSubjectPort, .flags = kSyn, .header_words = 4};
  Add("TCP: a header of 4 words (AMNESIA)", {V4(Tcp(short_header, {}, Ipv4Of(2), Ipv4Of(1)), {})});
  short_header.header_words = 15;
  Add("TCP: a header beyond the segment (AMNESIA)", {V4(Tcp(short_header, {}, Ipv4Of(2), Ipv4Of(1)), {})});
  Add("TCP: a header in part", {V4(SynSegment({}).substr(0, 12), {})});
  Bytes wrong = SynSegment({});
  wrong[16] = static_cast<char>(wrong[16] ^ 1);
  Add("TCP: a wrong checksum", {V4(wrong, {})});
  const auto between = [this](const Bytes& source, const Bytes& destination, std::uint16_t from) {
    return V4(Tcp({.source_port = from, .destination_port = kSubjectPort, .flags = kSyn}, {}, source, destination),
              {.source = source, .destination = destination});
  };
  Add("TCP: from itself to itself (LAND)", {between(Ipv4Of(1), Ipv4Of(1), kSubjectPort)});
  Add("TCP: from port 0", {between(Ipv4Of(2), Ipv4Of(1), 0)});
  Add("TCP: to the subnet's broadcast address", {between(Ipv4Of(2), Hex("0a0000ff"), kPeerPort)});
  Add("TCP: to 224.0.0.1", {between(Ipv4Of(2), Hex("e0000001"), kPeerPort)});
  Add("TCP: from 224.0.0.1", {between(Hex("e0000001"), Ipv4Of(1), kPeerPort)});
  Add("TCP: in a frame to everybody", {Frame(Bytes(6, '\xff'), kIpv4, Ipv4(SynSegment({}), {}))});
}

void Builder::AddArp() {
  const auto arp = [](std::string_view head, const Bytes& sender_mac, const Bytes& sender, const Bytes& target) {
    return std::vector<Bytes>{Frame(Bytes(6, '\xff'), kArp, Hex(head) + sender_mac + sender + Bytes(6, '\0') + target)};
  };
  Add("ARP: a question", arp("00010800 06040001", MacOf(2), Ipv4Of(2), Ipv4Of(1)));
  Add("ARP: a question for another", arp("00010800 06040001", MacOf(2), Ipv4Of(2), Ipv4Of(77)));
  Add("ARP: a probe", arp("00010800 06040001", MacOf(2), Bytes(4, '\0'), Ipv4Of(1)));
  Add("ARP: hardware addresses of 5 bytes", arp("00010800 05040001", MacOf(2), Ipv4Of(2), Ipv4Of(1)));
  Add("ARP: another hardware", arp("00ff0800 06040001", MacOf(2), Ipv4Of(2), Ipv4Of(1)));
  Add("ARP: from a group's address", arp("00010800 06040001", Hex("01005e000001"), Ipv4Of(2), Ipv4Of(1)));
  Add("ARP: a header in part", {Frame(mac_, kArp, Hex("0001"))});
  Add("RARP: a reply that nobody asked for (URGENT/11 12262)",
      {Frame(mac_, 0x8035, Hex("00010800 06040004") + MacOf(2) + Ipv4Of(2) + mac_ + Ipv4Of(9))});
  Add("a frame of a type that nobody knows", {Frame(mac_, 0x1234, "what?")});
  Add("a frame with a tag of VLAN 5", {Frame(mac_, 0x8100, Word(5) + Word(kIpv4) + Ipv4("", {.protocol = 253}))});
}

void Builder::AddIpv6() {
  Add("IPv6: a plain ping", {Ping6(58, {})});
  Add("IPv6: a length beyond the frame", {V6(Echo6(), {.next = 58, .size = 2000})});
  Add("IPv6: a length of 0 and no jumbo option", {V6(Echo6(), {.next = 58, .size = 0})});
  Add("IPv6: a length below the message's", {V6(Echo6(), {.next = 58, .size = 6})});
  Add("IPv6: an unknown protocol", {V6("what?", {.next = 253})});
  Add("IPv6: no next header", {V6("what?", {.next = 59})});
  Add("IPv6: IPv6 in IPv6 (Ripple20 11900)", {V6(Ipv6("inner", {.next = 17, .size = 4}), {.next = 41})});
  Add("IPv6: from ff02::1", {V6(Icmpv6(128, 0, Long(1), Hex("ff02000000000000 0000000000000001")),
                                {.next = 58, .source = Hex("ff02000000000000 0000000000000001")})});
  Add("IPv6: from ::", {V6(Icmpv6(128, 0, Long(1), Bytes(16, '\0')), {.next = 58, .source = Bytes(16, '\0')})});
  Add("IPv6: from ::1", {V6(Icmpv6(128, 0, Long(1), Hex("0000000000000000 0000000000000001")),
                            {.next = 58, .source = Hex("0000000000000000 0000000000000001")})});
  Add("IPv6: from itself (LAND)", {V6(Icmpv6(128, 0, Long(1), Ipv6Of(1)), {.next = 58, .source = Ipv6Of(1)})});
  const Bytes all = Hex("ff02000000000000 0000000000000001");
  Add("IPv6: a ping to ff02::1",
      {Frame(Hex("333300000001"), kIpv6,
             Ipv6(Icmpv6(128, 0, Long(1), Ipv6Of(2), all), {.next = 58, .destination = all}))});
  Add("IPv6: hop limit 0", {V6(Echo6(), {.next = 58, .hop_limit = 0})});
  Add("UDP over IPv6: a port where nobody is", {V6(Udp({}, "hello", Ipv6Of(2), Ipv6Of(1)), {.next = 17})});
  Add("UDP over IPv6: no checksum", {V6(Udp({.checksum = 0}, "hello", Ipv6Of(2), Ipv6Of(1)), {.next = 17})});
  Add("TCP over IPv6: a SYN to nobody",
      {V6(Tcp({.source_port = kPeerPort, .destination_port = 81, .flags = kSyn}, {}, Ipv6Of(2), Ipv6Of(1)),
          {.next = 6})});
}

void Builder::AddIpv6Extensions() {
  const auto ping = [this](std::uint8_t next, std::string_view extensions) {
    return std::vector<Bytes>{Ping6(next, Hex(extensions))};
  };
  Add("IPv6: hop-by-hop options, padded", ping(0, "3a 00 01 04 00000000"));
  Add("IPv6: destination options, padded", ping(60, "3a 00 01 04 00000000"));
  Add("IPv6: hop-by-hop options behind destination options", ping(60, "00 00 01 04 00000000 3a 00 01 04 00000000"));
  Add("IPv6: hop-by-hop options twice", ping(0, "00 00 01 04 00000000 3a 00 01 04 00000000"));
  Add("IPv6: an option that one skips", ping(60, "3a 00 1e 04 00000000"));
  Add("IPv6: an option for which one drops", ping(60, "3a 00 5e 04 00000000"));
  Add("IPv6: an option for which one complains", ping(60, "3a 00 9e 04 00000000"));
  Add("IPv6: an option for which one complains to who sent it to one", ping(60, "3a 00 de 04 00000000"));
  Add("IPv6: an option beyond its header (AMNESIA 13984)", ping(60, "3a 00 1e ff 00000000"));
  Add("IPv6: hop-by-hop options beyond the packet (AMNESIA 17442)", ping(0, "3a ff 01 04 00000000"));
  Add("IPv6: padding that is not 0", ping(60, "3a 00 01 04 01020304"));
  Add("IPv6: a jumbo option", ping(0, "3a 00 c2 04 00000100"));
  Add("IPv6: routing header type 0 with hops left (5095)",
      ping(43, "3a 02 00 01 00000000 fd000000000000000000000000000003"));
  Add("IPv6: routing header type 0 without", ping(43, "3a 02 00 00 00000000 fd000000000000000000000000000003"));
  Add("IPv6: a routing header beyond the packet (Ripple20 11897)", ping(43, "3a ff 00 01 00000000"));
  Add("IPv6: an unknown routing header with hops left", ping(43, "3a 00 fd 01 00000000"));
  Add("IPv6: an unknown routing header without", ping(43, "3a 00 fd 00 00000000"));
  Add("IPv6: an extension header and nothing behind it", {V6(Hex("3a 00 01 04 00000000"), {.next = 60})});
  Add("IPv6: an extension header in part", {V6(Hex("3a 00 01"), {.next = 60})});
}

void Builder::AddIpv6Fragments() {
  const Bytes echo = Echo6(1000);
  const auto piece = [&](std::size_t from, std::size_t size, bool more, std::uint32_t number,
                         std::string_view next = "3a") {
    return V6(Hex(next) + Bytes(1, '\0') + Word(static_cast<std::uint32_t>(from) | (more ? 1 : 0)) + Long(number) +
                  echo.substr(from, size),
              {.next = 44});
  };
  Add("IPv6 fragments: in order", {piece(0, 504, true, 1), piece(504, 1000, false, 1)});
  Add("IPv6 fragments: last first", {piece(504, 1000, false, 2), piece(0, 504, true, 2)});
  Add("IPv6 fragments: one alone (atomic, 6946)", {piece(0, 2000, false, 3)});
  Add("IPv6 fragments: they overlap (5722)", {piece(0, 504, true, 4), piece(496, 1000, false, 4)});
  Add("IPv6 fragments: one twice", {piece(0, 504, true, 5), piece(0, 504, true, 5), piece(504, 1000, false, 5)});
  Add("IPv6 fragments: one of 12 bytes with more to come", {piece(0, 12, true, 6)});
  Add("IPv6 fragments: an end beyond 65,535", {V6(Hex("3a00 fff8 00000007") + Bytes(100, 'f'), {.next = 44})});
  Add("IPv6 fragments: a header chain that goes on in the second (7112)",
      {V6(Hex("3c00 0001 00000008") + Hex("3a 01 01 04 00000000"), {.next = 44})});
  Add("IPv6 fragments: a fragment header in part", {V6(Hex("3a00 0001"), {.next = 44})});
  Add("IPv6 fragments: one of 0 bytes", {piece(0, 0, true, 9)});
}

void Builder::AddIcmpv6() {
  const auto message = [this](const Bytes& bytes, std::uint8_t hop_limit = 255) {
    return std::vector<Bytes>{V6(bytes, {.next = 58, .hop_limit = hop_limit})};
  };
  const auto solicit = [](const Bytes& options, int target = 1) {
    return Icmpv6(135, 0, Long(0) + Ipv6Of(target) + options);
  };
  Add("ICMPv6: an echo of 4 bytes (AMNESIA 17443)", message(Icmpv6(128, 0, {})));
  Add("ICMPv6: an echo with a wrong checksum", message(Hex("8000 1111 00000001")));
  Add("ICMPv6: an unknown error", message(Icmpv6(100, 0, Long(0))));
  Add("ICMPv6: an unknown question", message(Icmpv6(200, 0, Long(0))));
  Add("ICMPv6: too big, of 0 bytes, quoting nothing", message(Icmpv6(2, 0, Long(0))));
  Add("ICMPv6: a solicitation", message(solicit(Hex("0101") + MacOf(2))));
  Add("ICMPv6: a solicitation for another", message(solicit(Hex("0101") + MacOf(2), 77)));
  Add("ICMPv6: a solicitation from beyond the link", message(solicit(Hex("0101") + MacOf(2)), 64));
  Add("ICMPv6: a solicitation with an option of length 0", message(solicit(Hex("0100") + MacOf(2))));
  Add("ICMPv6: a solicitation with an option beyond its end", message(solicit(Hex("0109") + MacOf(2))));
  Add("ICMPv6: a solicitation in part", message(Icmpv6(135, 0, Long(0) + Ipv6Of(1).substr(0, 8))));
  Add("ICMPv6: a solicitation with a code", message(Icmpv6(135, 1, Long(0) + Ipv6Of(1) + Hex("0101") + MacOf(2))));
  Add("ICMPv6: an advertisement with an option of length 0",
      message(Icmpv6(136, 0, Long(0x6000'0000) + Ipv6Of(2) + Hex("0200") + MacOf(2))));
  Add("ICMPv6: a router's advertisement from who is not on the link",
      message(Icmpv6(134, 0, Hex("40000708 00000000 00000000"))));
  Add("ICMPv6: a group query of 8 bytes", message(Icmpv6(130, 0, Long(0)), 1));
  Add("ICMPv6: node information", message(Icmpv6(139, 0, Long(0) + Bytes(24, '\0'))));
}

std::string JoinedReplies(const std::vector<Bytes>& frames) {
  std::string text;
  for (const Bytes& frame : frames) {
    const std::string reply = Describe(frame);
    if (!reply.empty()) text += (text.empty() ? "" : ", ") + reply;
  }
  return text.empty() ? "nothing" : text;
}

}  // namespace

std::vector<Observation> RunSeeds(Subject& subject) {
  Builder builder(subject.mac());
  builder.AddIpv4();
  builder.AddIpv4Options();
  builder.AddIpv4Fragments();
  builder.AddIcmp();
  builder.AddUdp();
  builder.AddTcp();
  builder.AddArp();
  builder.AddIpv6();
  builder.AddIpv6Extensions();
  builder.AddIpv6Fragments();
  builder.AddIcmpv6();
  std::vector<Observation> seen;
  for (const Seed& seed : builder.seeds()) {
    const bool is_ipv6 = seed.name.find("IPv6") != std::string::npos;
    subject.Listen(is_ipv6);
    std::string outcome = JoinedReplies(Exchange(subject, seed.frames));
    subject.Clean();
    // Whoever is alive answers. Then it learns again who we are, should it have believed something else.
    for (const Bytes& ping : {builder.Ping({}), builder.Ping6(58, {})}) {
      const std::string answer = JoinedReplies(Exchange(subject, {ping}));
      if (answer != "echo of 56") outcome += ", and then to a ping: " + answer;
    }
    Exchange(subject, {builder.ArpQuestion()});
    seen.push_back({seed.name, outcome});
  }
  return seen;
}

}  // namespace against_linux
