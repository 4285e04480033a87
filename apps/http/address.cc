#include "apps/http/address.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "boards/machine/network.h"

#ifndef ENKEL_HTTP_ADDRESS
#define ENKEL_HTTP_ADDRESS "dhcp"
#endif

namespace {

machine::Network& UpAs(std::string_view wish) {
  if (wish == "dhcp") return machine::Network::Up();
  if (const auto fixed = machine::ParseFixedAddress(wish)) return machine::Network::Up(*fixed);
  std::puts("ip= is neither dhcp nor ADDRESS/PREFIX[,ROUTER]: asking DHCP");
  return machine::Network::Up();
}

}  // namespace

machine::Network& BringUpNetwork() {
  const char* const word = std::getenv("ip");
  machine::Network& network = UpAs(word == nullptr ? ENKEL_HTTP_ADDRESS : word);
  std::array<char, 80> storage;
  const std::string_view address = network.DescribeAddress(storage);
  std::fputs("address ", stdout);
  std::fwrite(address.data(), 1, address.size(), stdout);
  std::puts("");
  return network;
}
