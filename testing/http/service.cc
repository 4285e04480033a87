// What clients need to try a server with: uploads that are hashed, downloads of any size, echoes.
#include <sodium/crypto_hash_sha256.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string_view>

#include "boards/machine/network.h"
#include "kernel/base/result.h"
#include "kernel/base/text.h"
#include "kernel/event/run.h"
#include "net/http/exchange.h"
#include "net/http/request.h"
#include "net/http/response.h"
#include "net/http/server.h"

namespace {

namespace http = net::http;
using kernel::Result;
using kernel::Task;

constexpr std::uint64_t kMostUpload = 64 * 1024 * 1024;

// The SHA-256 of the body, as text.
Task<> Hash(http::Exchange& exchange) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  std::array<std::byte, 8192> buffer;
  for (;;) {
    const Result<std::size_t> count = co_await exchange.Read(buffer);
    if (!count) co_return;
    if (*count == 0) break;
    crypto_hash_sha256_update(&state, reinterpret_cast<const unsigned char*>(buffer.data()), *count);
  }
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash;
  crypto_hash_sha256_final(&state, hash.data());
  std::array<char, 2 * crypto_hash_sha256_BYTES + 1> text;
  kernel::TextWriter writer(text);
  for (const unsigned char byte : hash) writer << kernel::Digits(byte, 16, 2).text();
  static_cast<void>(co_await exchange.Send(http::Response::Text(writer.text())));
}

// Bytes that do not repeat soon: the client makes the same.
class Generator {
 public:
  void Fill(std::span<char> bytes) {
    for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
      state_ = state_ * 6364136223846793005 + 1442695040888963407;
      std::memcpy(&bytes[at], &state_, 8);
    }
  }

 private:
  std::uint64_t state_ = 88172645463325252;
};

// /generated/SIZE: so many bytes, a multiple of 8; with ?chunked their number is not said before.
Task<> Generate(http::Exchange& exchange) {
  std::uint64_t left = 0;
  for (const char c : exchange.request().Parameter("size")) {
    if (c < '0' || c > '9' || left > kMostUpload) co_return;
    left = left * 10 + static_cast<std::uint64_t>(c - '0');
  }
  http::Response head(http::Status::kOk, "application/octet-stream", {});
  if (exchange.request().query() != "chunked") head.SetLength(left);
  if (!co_await exchange.Begin(head)) co_return;
  Generator generator;
  std::array<char, 8192> buffer;
  while (left > 0) {
    generator.Fill(buffer);
    const std::string_view piece(buffer.data(), left < buffer.size() ? left : buffer.size());
    if (!co_await exchange.Write(piece)) co_return;
    left -= piece.size();
  }
  static_cast<void>(co_await exchange.End());
}

}  // namespace

int main() {
  const char* const word = std::getenv("ip");
  const auto fixed = machine::ParseFixedAddress(word == nullptr ? "" : word);
  machine::Network& network = fixed ? machine::Network::Up(*fixed) : machine::Network::Up();
  http::Server server(network, {.port = 80});
  server.Get("/hello", [](const http::Request&) { return http::Response::Text("hello\n"); });
  server.Post("/echo", [](const http::Request& request) { return http::Response::Text(request.body()); });
  server.Post("/hash", &Hash, kMostUpload);
  server.Put("/hash", &Hash, kMostUpload);
  server.Get("/generated/{size}", &Generate);
  server.Post("/stop", [&server](const http::Request&) {
    server.Stop();
    return http::Response::Text("bye\n");
  });
  std::puts("serving port 80");
  return kernel::Run(server.Serve());
}
