// What the test of a chip's model visits: TCP ports 9, which answers what it received with its size and SHA-256, and
// 19, which reads a size in a line, sends so many bytes and then their SHA-256. Says its address when it has one.
#include <netinet/in.h>
#include <sodium/crypto_hash_sha256.h>
#include <sys/socket.h>
#include <unistd.h>

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
#include <thread>
#include <vector>

#include "boards/machine/network.h"
#include "net/wire/address.h"

namespace {

constexpr std::size_t kChunk = 65536;

[[noreturn]] void Die(const char* what) {
  std::perror(what);
  std::exit(1);
}

class Sha256 {
 public:
  Sha256() { crypto_hash_sha256_init(&state_); }
  void Add(std::span<const unsigned char> bytes) { crypto_hash_sha256_update(&state_, bytes.data(), bytes.size()); }
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

// False: the other side has gone.
bool SendAll(int file, std::span<const unsigned char> bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(file, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return true;
}

bool SendAll(int file, std::string_view text) {
  return SendAll(file, {reinterpret_cast<const unsigned char*>(text.data()), text.size()});
}

void Sink(int file) {
  std::vector<unsigned char> bytes(kChunk);
  Sha256 hash;
  std::uint64_t total = 0;
  for (;;) {
    const ssize_t size = recv(file, bytes.data(), bytes.size(), 0);
    if (size < 0) return;
    if (size == 0) break;
    hash.Add(std::span(bytes).first(static_cast<std::size_t>(size)));
    total += static_cast<std::uint64_t>(size);
  }
  SendAll(file, std::to_string(total) + " " + hash.Hex() + "\n");
}

void Source(int file) {
  std::string request;
  char byte = 0;
  while (!request.ends_with('\n') && recv(file, &byte, 1, 0) == 1) request += byte;
  std::uint64_t left = std::strtoull(request.c_str(), nullptr, 10);
  std::vector<unsigned char> bytes(kChunk);
  Sha256 hash;
  std::uint64_t state = 88172645463325252;
  while (left > 0) {
    for (std::size_t at = 0; at < bytes.size(); at += sizeof(state)) {
      state = state * 6364136223846793005 + 1442695040888963407;
      std::memcpy(&bytes[at], &state, sizeof(state));
    }
    const auto piece = std::span(bytes).first(std::min<std::uint64_t>(left, bytes.size()));
    hash.Add(piece);
    if (!SendAll(file, piece)) return;
    left -= piece.size();
  }
  SendAll(file, hash.Hex());
}

void Serve(std::uint16_t port, void (*serve)(int)) {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (listener < 0 || bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) Die("bind");
  if (listen(listener, 16) != 0) Die("listen");
  for (;;) {
    const int file = accept(listener, nullptr, nullptr);
    if (file < 0) Die("accept");
    std::thread([file, serve] {
      serve(file);
      close(file);
    }).detach();
  }
}

}  // namespace

int main() {
  const net::Ipv4Address address = machine::Network::Up().address();
  const std::uint32_t bits = address.value;
  std::printf("address %u.%u.%u.%u\n", bits >> 24, bits >> 16 & 255, bits >> 8 & 255, bits & 255);
  std::thread(Serve, std::uint16_t{9}, Sink).detach();
  std::printf("ready\n");
  std::fflush(stdout);
  Serve(19, Source);
}
