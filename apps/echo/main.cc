// Sends back whatever comes to port 7; tells on port 9 what it has counted.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string_view>
#include <utility>

#include "boards/machine/network.h"
#include "kernel/base/result.h"
#include "kernel/base/task.h"
#include "kernel/base/task_group.h"
#include "kernel/event/run.h"
#include "net/socket/tcp_listener.h"
#include "net/socket/tcp_stream.h"
#include "net/socket/udp_socket.h"

namespace {

using kernel::Result;
using kernel::Task;
using net::socket::TcpListener;
using net::socket::TcpStream;

constexpr std::uint16_t kEchoPort = 7;
constexpr std::uint16_t kCountersPort = 9;
constexpr std::size_t kPiece = 16 * 1024;  // bytes of a stream that are on their way through the program
constexpr std::size_t kMostBacklog = 16;

machine::Network& BringUpNetwork() {
  const char* const word = std::getenv("ip");
  if (word != nullptr) {
    if (const auto fixed = machine::ParseFixedAddress(word)) return machine::Network::Up(*fixed);
  }
  return machine::Network::Up();
}

// Datagrams go back as they are, without a copy.
Task<> EchoDatagrams(net::socket::UdpSocket& socket) {
  for (;;) {
    auto datagram = co_await socket.Receive();
    if (datagram) (void)socket.SendTo(std::move(datagram->payload), datagram->source);
  }
}

Task<> EchoStream(TcpStream stream) {
  std::array<std::byte, kPiece> bytes;
  for (;;) {
    const Result<std::size_t> size = co_await stream.Read(bytes);
    if (!size || *size == 0) co_return;
    if (!co_await stream.Write(std::span(bytes).first(*size))) co_return;
  }
}

// One line: what the card counted when it was asked, before the answer's own frames.
Task<> TellCounters(TcpStream stream) {
  const machine::Traffic traffic = machine::Network::Get().ReadTraffic();
  std::array<char, 200> text;
  const int size = std::snprintf(
      text.data(), text.size(), "received %llu transmitted %llu lost %llu refused %llu packets %zu buffers %zu\n",
      static_cast<unsigned long long>(traffic.received_frames),
      static_cast<unsigned long long>(traffic.transmitted_frames), static_cast<unsigned long long>(traffic.lost_frames),
      static_cast<unsigned long long>(traffic.refused_frames), traffic.packets_in_use, traffic.buffers_in_use);
  (void)co_await stream.Write(std::as_bytes(std::span(text).first(static_cast<std::size_t>(size))));
}

Result<TcpListener> Listen(machine::Network& network, std::uint16_t port) {
  return TcpListener::Listen(network.context(), network.tcp(), {.address = {}, .port = port}, kMostBacklog);
}

Task<> Serve(TcpListener& listener, Task<> (*serve)(TcpStream)) {
  kernel::TaskGroup visitors(co_await kernel::CurrentExecutor());
  for (;;) {
    Result<TcpStream> stream = co_await listener.Accept();
    if (stream) visitors.Add(serve(std::move(*stream)));
  }
}

Task<int> ServeAll(machine::Network& network) {
  net::socket::UdpSocket socket(network.udp());
  Result<TcpListener> echo = Listen(network, kEchoPort);
  Result<TcpListener> counters = Listen(network, kCountersPort);
  if (!echo || !counters || !socket.Bind({.address = {}, .port = kEchoPort})) co_return 1;
  std::puts("echo on port 7");
  std::fflush(stdout);
  kernel::TaskGroup services(co_await kernel::CurrentExecutor());
  services.Add(EchoDatagrams(socket));
  services.Add(Serve(*echo, EchoStream));
  services.Add(Serve(*counters, TellCounters));
  co_await services.Join();
  co_return 0;
}

}  // namespace

int main() {
  machine::Network& network = BringUpNetwork();
  std::array<char, 80> storage;
  const std::string_view address = network.DescribeAddress(storage);
  std::printf("address %.*s\n", static_cast<int>(address.size()), address.data());
  return kernel::Run(ServeAll(network));
}
