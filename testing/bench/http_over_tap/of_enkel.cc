#include "boards/machine/network.h"
#include "testing/bench/http_over_tap/responder.h"

void BringUp(const char* address) {
  machine::Network::SetSizes({.buffers = 2048, .connections = 512});
  if (const auto fixed = machine::ParseFixedAddress(address)) machine::Network::Up(*fixed);
}
