// A web server that is the whole machine.
#include <array>
#include <cstdint>
#include <string_view>

#include "apps/http/address.h"
#include "apps/http/console.h"
#include "apps/http/live.h"
#include "apps/http/pages.h"
#include "boards/machine/network.h"
#include "kernel/event/run.h"
#include "kernel/time/wall_clock.h"
#include "net/http/content.h"
#include "net/http/request.h"
#include "net/http/response.h"
#include "net/http/server.h"

namespace http = net::http;

namespace {

// 612 bytes: what benchmarks of web servers serve, since nginx welcomes with as many.
constexpr auto kHello = [] {
  constexpr std::string_view kLine = "Hello from Enkel: this C++ program is the whole machine.\n";
  std::array<char, 612> text = {};
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = kLine[i % kLine.size()];
  text.back() = '\n';
  return text;
}();

std::int64_t UnixTime() { return kernel::time::ReadWallClock().nanoseconds / 1'000'000'000; }

}  // namespace

int main() {
  NoteStart();
  // 2 MiB of buffers, and a connection for each that the server holds and for those that are ending.
  machine::Network::SetSizes({.buffers = 512, .connections = 320});
  machine::Network& network = BringUpNetwork();
  http::Server server(network, {.port = 80, .unix_time = UnixTime});
  server.Get("/hello", [](const http::Request&) { return http::Response::Text({kHello.data(), kHello.size()}); });
  server.Get("/healthz", [](const http::Request&) { return http::Response::Text("ok\n"); });
  AddLive(server);
  server.Get("/*", http::ContentHandler(content::pages));
  Print("serving port 80\n");
  return kernel::Run(server.Serve());
}
