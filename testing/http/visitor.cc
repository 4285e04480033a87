// Visits a web server with net/http/client and says what came: visitor NAME PORT. `ip` is our address, `dns` who is
// asked for names.
#include <sodium/crypto_hash_sha256.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string_view>

#include "boards/machine/network.h"
#include "kernel/base/result.h"
#include "kernel/base/task.h"
#include "kernel/base/text.h"
#include "kernel/event/run.h"
#include "net/http/client/client.h"
#include "net/http/client/named_origin.h"
#include "net/http/message.h"
#include "net/wire/address.h"
#include "net/wire/address_text.h"

namespace {

namespace http = net::http;
using kernel::Result;
using kernel::Task;

// "WORD STATUS BYTES SHA-256 TYPE", or "WORD: ERROR".
void Say(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::puts("");
}

Task<> Report(http::Client& client, std::string_view word, Result<http::Status> status) {
  std::array<char, 256> storage;
  kernel::TextWriter writer(storage);
  writer << word;
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  std::array<std::byte, 8192> buffer;
  std::uint64_t size = 0;
  while (status) {
    const Result<std::size_t> count = co_await client.Read(buffer);
    if (!count) status = kernel::Fail(count.error());
    if (!count || *count == 0) break;
    crypto_hash_sha256_update(&state, reinterpret_cast<const unsigned char*>(buffer.data()), *count);
    size += *count;
  }
  if (!status) co_return Say((writer << ": " << status.error()).text());
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash;
  crypto_hash_sha256_final(&state, hash.data());
  writer << " " << static_cast<unsigned>(*status) << " " << size << " ";
  for (const unsigned char byte : hash) writer << kernel::Digits(byte, 16, 2).text();
  Say((writer << " " << client.head().Find("content-type")).text());
}

Task<> Ask(http::Client& client, std::string_view word, http::Question question) {
  co_await Report(client, word, co_await client.Ask(question));
}

// 100 KB, in pieces of 1,000 bytes whose number is not said before.
Task<> SendPieces(http::Client& client) {
  std::array<std::byte, 1000> piece;
  Result<void> sent = co_await client.Begin({.method = http::Method::kPost, .target = "/echo"});
  for (unsigned i = 0; i < 100 && sent; ++i) {
    piece.fill(static_cast<std::byte>('a' + i % 26));
    sent = co_await client.Write(piece);
  }
  co_await Report(client, "pieces", co_await client.Finish());
}

Task<int> Visit(machine::Network& network, std::string_view name, std::uint16_t port) {
  http::NamedOrigin origin(network.resolver(), name, port);
  http::Client client(network, origin);
  constexpr std::array<http::Field, 1> kFields = {{{"x-wish", "fish"}}};
  co_await Ask(client, "small", {.target = "/small.txt"});
  co_await Ask(client, "large", {.target = "/large.bin"});
  co_await Ask(client, "head", {.method = http::Method::kHead, .target = "/large.bin"});
  co_await Ask(client, "missing", {.target = "/missing"});
  co_await Ask(client, "chunked", {.target = "/chunked"});
  co_await Ask(client, "wish", {.target = "/wish", .fields = kFields});
  co_await Ask(client, "echo", {.method = http::Method::kPost, .target = "/echo", .body = "abc"});
  co_await SendPieces(client);
  co_await Ask(client, "old", {.target = "/old"});
  std::printf("%u connections, %u requests\n", static_cast<unsigned>(client.counters().connections),
              static_cast<unsigned>(client.counters().requests));
  co_return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::span words(argv, static_cast<std::size_t>(argc));
  const std::array<net::IpAddress, 1> servers = {net::wire::ParseAddress(std::getenv("dns")).value()};
  machine::FixedAddress fixed = machine::ParseFixedAddress(std::getenv("ip")).value();
  fixed.name_servers = servers;
  machine::Network& network = machine::Network::Up(fixed);
  return kernel::Run(Visit(network, words[1], static_cast<std::uint16_t>(std::atoi(words[2]))));
}
