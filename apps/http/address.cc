#include "apps/http/address.h"

#include <array>
#include <cstdlib>
#include <string_view>

#include "apps/http/console.h"
#include "boards/machine/network.h"
#include "kernel/base/text.h"

#ifndef ENKEL_HTTP_ADDRESS
#define ENKEL_HTTP_ADDRESS "dhcp"
#endif

namespace {

machine::Network& UpAs(std::string_view wish) {
  if (wish == "dhcp") return machine::Network::Up();
  if (const auto fixed = machine::ParseFixedAddress(wish)) return machine::Network::Up(*fixed);
  Print("ip= is neither dhcp nor ADDRESS/PREFIX[,ROUTER]: asking DHCP\n");
  return machine::Network::Up();
}

}  // namespace

machine::Network& BringUpNetwork() {
  const char* const word = std::getenv("ip");
  machine::Network& network = UpAs(word == nullptr ? ENKEL_HTTP_ADDRESS : word);
  std::array<char, 80> storage;
  std::array<char, 100> line;
  Print((kernel::TextWriter(line) << "address " << network.DescribeAddress(storage) << "\n").text());
  return network;
}
