// A server with room for more than 10,000 connections, and clocks slow enough that a crowd of them stays for a while.
#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>

#include "boards/machine/network.h"
#include "kernel/base/result.h"
#include "kernel/base/task.h"
#include "kernel/base/text.h"
#include "kernel/base/time.h"
#include "kernel/event/run.h"
#include "net/http/exchange.h"
#include "net/http/request.h"
#include "net/http/response.h"
#include "net/http/server.h"

namespace {

namespace http = net::http;

constexpr std::size_t kConnections = 10'500;

// 256 KiB: more than anybody's windows hold.
kernel::Task<> SendLargeFile(http::Exchange& exchange) {
  http::Response head(http::Status::kOk, "application/octet-stream", {});
  std::array<char, 2048> piece;
  piece.fill('x');
  constexpr std::size_t kPieces = 128;
  if (!co_await exchange.Begin(head.SetLength(kPieces * piece.size()))) co_return;
  for (std::size_t i = 0; i < kPieces; ++i) {
    if (!co_await exchange.Write(std::string_view(piece.data(), piece.size()))) co_return;
  }
  static_cast<void>(co_await exchange.End());
}

}  // namespace

int main() {
  machine::Network::SetSizes({.buffers = 32'768, .connections = kConnections + 1'000});
  machine::Network& network = machine::Network::Up(machine::ParseFixedAddress(std::getenv("ip")).value());
  http::Server server(network, {.connections = kConnections,
                                .connections_per_address = 128,
                                .head_time = kernel::Duration::Seconds(40),
                                .write_time = kernel::Duration::Seconds(40)});
  server.Get("/hello", [](const http::Request&) { return http::Response::Text("hello\n"); });
  server.Get("/large", &SendLargeFile);
  server.Get("/counters", [&server](const http::Request& request) {
    const http::Counters& counters = server.counters();
    kernel::TextWriter writer(request.room());
    writer << "connections " << server.connections() << "\nrefused " << counters.refused << "\nevicted "
           << counters.evicted << "\ntimeouts " << counters.timeouts << "\nrequests " << counters.requests << "\n";
    return http::Response::Text(writer.text());
  });
  std::puts("serving port 80");
  return kernel::Run(server.Serve());
}
