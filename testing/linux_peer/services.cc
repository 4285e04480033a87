// Services for Linux's programs, and visits to theirs:
//
//   services OUR_ADDRESS                          echo 7, sink 9, source 19, HTTP 80, iperf3 5201; UDP echo 7
//   services OUR_ADDRESS send ADDRESS PORT SIZE   connects, sends so many bytes, prints their SHA-256, closes
//   services OUR_ADDRESS receive ADDRESS PORT     connects, reads to the end, prints size and SHA-256
//   services OUR_ADDRESS iperf ADDRESS SECONDS STREAMS [reverse]    iperf3's client; prints the bytes
#include <sodium/crypto_hash_sha256.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/event/run.h"
#include "net/socket/connect.h"
#include "net/socket/tcp_listener.h"
#include "net/socket/tcp_stream.h"
#include "net/socket/udp_socket.h"
#include "net/wire/address.h"
#include "testing/linux_peer/iperf.h"
#include "testing/linux_peer/stack.h"

namespace linux_peer {
namespace {

using kernel::Result;
using kernel::Task;
using net::socket::TcpListener;
using net::socket::TcpStream;

constexpr std::size_t kChunk = 65536;

class Sha256 {
 public:
  Sha256() { crypto_hash_sha256_init(&state_); }
  void Add(std::span<const std::byte> bytes) {
    crypto_hash_sha256_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  }
  std::string Hex() {
    std::array<unsigned char, crypto_hash_sha256_BYTES> hash;
    crypto_hash_sha256_final(&state_, hash.data());
    std::string text;
    for (const unsigned char byte : hash) {
      text += "0123456789abcdef"[byte >> 4];
      text += "0123456789abcdef"[byte & 15];
    }
    return text;
  }

 private:
  crypto_hash_sha256_state state_;
};

// Bytes that do not repeat soon, and cost little.
class Generator {
 public:
  void Fill(std::span<std::byte> bytes) {
    for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
      state_ = state_ * 6364136223846793005 + 1442695040888963407;
      std::memcpy(&bytes[at], &state_, 8);
    }
  }

 private:
  std::uint64_t state_ = 88172645463325252;
};

// Sends `size` bytes; their hash.
Task<Result<std::string>> SendGenerated(TcpStream& stream, std::uint64_t size) {
  std::vector<std::byte> bytes(kChunk);
  Generator generator;
  Sha256 hash;
  while (size > 0) {
    generator.Fill(bytes);
    const auto piece = std::span(bytes).first(std::min<std::uint64_t>(size, bytes.size()));
    hash.Add(piece);
    const Result<void> written = co_await stream.Write(piece);
    if (!written) co_return kernel::Fail(written.error());
    size -= piece.size();
  }
  co_return hash.Hex();
}

struct Received {
  std::uint64_t size = 0;
  std::string hash;
};

Task<Result<Received>> ReceiveAll(TcpStream& stream) {
  Received received;
  Sha256 hash;
  for (;;) {
    Result<net::Packet> packet = co_await stream.ReadPacket();
    if (!packet) co_return kernel::Fail(packet.error());
    if (!*packet) break;
    hash.Add(packet->header());
    for (const net::Slice& slice : packet->slices()) hash.Add(slice.bytes());
    received.size += packet->size();
  }
  received.hash = hash.Hex();
  co_return received;
}

std::span<const std::byte> BytesOf(std::string_view text) { return std::as_bytes(std::span(text)); }

Task<> Echo(TcpStream stream) {
  std::vector<std::byte> bytes(kChunk);
  for (;;) {
    const Result<std::size_t> size = co_await stream.Read(bytes);
    if (!size || *size == 0) co_return;
    if (!co_await stream.Write(std::span(bytes).first(*size))) co_return;
  }
}

// Answers what it received with its hash.
Task<> Sink(TcpStream stream) {
  const Result<Received> received = co_await ReceiveAll(stream);
  if (!received) co_return;
  const std::string answer = std::to_string(received->size) + " " + received->hash + "\n";
  static_cast<void>(co_await stream.Write(BytesOf(answer)));
}

// Reads a number, sends so many bytes, and then a line with their hash.
Task<> Source(TcpStream stream) {
  std::string request;
  while (!request.ends_with('\n')) {
    std::array<std::byte, 1> byte;
    const Result<std::size_t> size = co_await stream.Read(byte);
    if (!size || *size == 0) co_return;
    request += static_cast<char>(byte[0]);
  }
  const Result<std::string> hash = co_await SendGenerated(stream, std::strtoull(request.c_str(), nullptr, 10));
  if (hash) static_cast<void>(co_await stream.Write(BytesOf(*hash)));
}

Task<> Http(TcpStream stream) {
  std::string request;
  std::array<std::byte, 2048> bytes;
  for (;;) {
    while (request.find("\r\n\r\n") == std::string::npos) {
      const Result<std::size_t> size = co_await stream.Read(bytes);
      if (!size || *size == 0) co_return;
      request.append(reinterpret_cast<const char*>(bytes.data()), *size);
    }
    request.erase(0, request.find("\r\n\r\n") + 4);
    constexpr std::string_view kAnswer =
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n\r\nhello Linux\n";
    if (!co_await stream.Write(BytesOf(kAnswer))) co_return;
  }
}

Task<> Serve(Stack& stack, std::uint16_t port, Task<> (*serve)(TcpStream)) {
  Result<TcpListener> listener = TcpListener::Listen(stack.context(), stack.tcp(), {.address = {}, .port = port});
  if (!listener) std::abort();
  kernel::TaskGroup visitors(co_await kernel::CurrentExecutor());
  for (;;) {
    Result<TcpStream> stream = co_await listener->Accept();
    if (stream) visitors.Add(serve(std::move(*stream)));
  }
}

Task<> EchoDatagrams(Stack& stack) {
  net::socket::UdpSocket socket(stack.udp());
  if (!socket.Bind({.address = {}, .port = 7})) std::abort();
  for (;;) {
    auto datagram = co_await socket.Receive();
    if (datagram) static_cast<void>(socket.SendTo(std::move(datagram->payload), datagram->source));
  }
}

Task<int> ServeAll(Stack& stack) {
  kernel::TaskGroup services(co_await kernel::CurrentExecutor());
  services.Add(Serve(stack, 7, Echo));
  services.Add(Serve(stack, 9, Sink));
  services.Add(Serve(stack, 19, Source));
  services.Add(Serve(stack, 80, Http));
  services.Add(ServeIperf(stack.context(), stack.tcp()));
  services.Add(EchoDatagrams(stack));
  std::printf("ready\n");
  std::fflush(stdout);
  co_await services.Join();
  co_return 0;
}

Task<int> Send(Stack& stack, net::Endpoint remote, std::uint64_t size) {
  Result<TcpStream> stream = co_await net::socket::Connect(stack.context(), stack.tcp(), remote);
  if (!stream) {
    std::printf("connect: error %d\n", static_cast<int>(stream.error()));
    co_return 1;
  }
  const Result<std::string> hash = co_await SendGenerated(*stream, size);
  if (!hash) co_return 1;
  stream->ShutDownWrite();
  // The end of the other direction says that all has arrived.
  std::array<std::byte, 64> rest;
  for (;;) {
    const Result<std::size_t> read = co_await stream->Read(rest);
    if (!read) co_return 1;
    if (*read == 0) break;
  }
  std::printf("sent %llu %s\n", static_cast<unsigned long long>(size), hash->c_str());
  co_return 0;
}

Task<int> Receive(Stack& stack, net::Endpoint remote) {
  Result<TcpStream> stream = co_await net::socket::Connect(stack.context(), stack.tcp(), remote);
  if (!stream) {
    std::printf("connect: error %d\n", static_cast<int>(stream.error()));
    co_return 1;
  }
  const Result<Received> received = co_await ReceiveAll(*stream);
  if (!received) co_return 1;
  std::printf("received %llu %s\n", static_cast<unsigned long long>(received->size), received->hash.c_str());
  co_return 0;
}

Task<int> MeasureByIperf(Stack& stack, IperfVisit visit) {
  const Result<std::uint64_t> bytes = co_await VisitIperf(stack.context(), stack.tcp(), visit);
  if (!bytes) co_return 1;
  std::printf("iperf %llu\n", static_cast<unsigned long long>(*bytes));
  co_return 0;
}

}  // namespace
}  // namespace linux_peer

int main(int argc, char** argv) {
  using namespace linux_peer;  // NOLINT(google-build-using-namespace): this is its main()
  if (argc < 2) return 2;
  Stack* const stack = new Stack(ParseIpv4(argv[1]));  // there until the end
  const std::string_view what = argc < 3 ? "serve" : argv[2];
  if (what == "serve") return kernel::Run(ServeAll(*stack));
  if (argc < 5) return 2;
  if (what == "iperf" && argc > 5) {
    return kernel::Run(MeasureByIperf(*stack, {.server = ParseIpv4(argv[3]),
                                               .seconds = static_cast<unsigned>(std::strtoul(argv[4], nullptr, 10)),
                                               .streams = static_cast<unsigned>(std::strtoul(argv[5], nullptr, 10)),
                                               .is_reverse = argc > 6}));
  }
  const net::Endpoint remote = {.address = ParseIpv4(argv[3]),
                                .port = static_cast<std::uint16_t>(std::strtoul(argv[4], nullptr, 10))};
  const int result = what == "send" && argc > 5 ? kernel::Run(Send(*stack, remote, std::strtoull(argv[5], nullptr, 10)))
                                                : kernel::Run(Receive(*stack, remote));
  std::printf("done %d\n", result);
  return result;
}
