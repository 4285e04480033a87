// The load that an echo must bear, every byte of it checked:
//
//   load ADDRESS SMALL LARGE MEBIBYTES
//
// So many small datagrams (0 to 63 bytes of text behind the number), so many that fill a frame; then as many MiB there
// and back over TCP. A few datagrams are on the way at a time, and none may be lost: ends with 1 where something is
// wrong.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace {

constexpr std::uint16_t kPort = 7;
constexpr std::size_t kInFlight = 32;       // datagrams
constexpr std::size_t kLargest = 1472;      // bytes, with IPv4's and UDP's header 1500
constexpr int kPatience = 20'000;           // milliseconds
constexpr std::size_t kPiece = 256 * 1024;  // of a stream
constexpr std::size_t kPeriod = 65'521;     // bytes after which a stream's pattern begins again: a prime

[[noreturn]] void Die(const char* what) {
  std::fprintf(stderr, "load: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

// Text that is another at each place.
std::vector<char> Pattern(std::size_t size) {
  std::vector<char> bytes(size);
  std::uint32_t state = 1;
  for (char& byte : bytes) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<char>(state >> 24);
  }
  return bytes;
}

int Open(int type, const char* address) {
  sockaddr_in in = {};
  in.sin_family = AF_INET;
  in.sin_port = htons(kPort);
  const int file = socket(AF_INET, type, 0);
  const int room = 4 << 20;
  if (file < 0 || inet_pton(AF_INET, address, &in.sin_addr) != 1 ||
      setsockopt(file, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room)) != 0 ||
      connect(file, reinterpret_cast<const sockaddr*>(&in), sizeof(in)) != 0) {
    Die("connect");
  }
  return file;
}

// The datagram of a number: the number, and text that follows from it.
std::size_t Compose(std::uint64_t number, bool is_large, const std::vector<char>& pattern, char* to) {
  const std::size_t text = is_large ? kLargest - sizeof(number) : number % 64;
  std::memcpy(to, &number, sizeof(number));
  std::memcpy(to + sizeof(number), &pattern[number * 7 % kPeriod], text);
  return sizeof(number) + text;
}

void WaitFor(int file, short events) {
  pollfd wait = {file, events, 0};
  if (poll(&wait, 1, kPatience) <= 0) Die("nothing came back in time");
}

void SendOne(int file, std::uint64_t number, bool is_large, const std::vector<char>& pattern) {
  std::array<char, 2048> bytes;
  const std::size_t size = Compose(number, is_large, pattern, bytes.data());
  if (send(file, bytes.data(), size, 0) != static_cast<ssize_t>(size)) Die("send");
}

// What came back: its number, whose bytes are all as they were sent.
std::uint64_t Check(const char* bytes, ssize_t size, bool is_large, const std::vector<char>& pattern) {
  std::uint64_t number = 0;
  if (size >= static_cast<ssize_t>(sizeof(number))) std::memcpy(&number, bytes, sizeof(number));
  std::array<char, 2048> sent;
  const std::size_t wanted = Compose(number, is_large, pattern, sent.data());
  if (size != static_cast<ssize_t>(wanted) || std::memcmp(sent.data(), bytes, wanted) != 0) {
    std::fprintf(stderr, "load: what came back for datagram %llu is not what was sent\n",
                 static_cast<unsigned long long>(number));
    std::exit(1);
  }
  return number;
}

// On one wire they come in order.
void SendDatagrams(int file, std::uint64_t count, bool is_large, const std::vector<char>& pattern) {
  std::array<char, 2048> received;
  std::uint64_t next = 0;
  for (std::uint64_t expected = 0; expected < count;) {
    while (next < count && next < expected + kInFlight) SendOne(file, next++, is_large, pattern);
    const ssize_t size = recv(file, received.data(), received.size(), MSG_DONTWAIT);
    if (size < 0) {
      WaitFor(file, POLLIN);
      continue;
    }
    const std::uint64_t number = Check(received.data(), size, is_large, pattern);
    if (number != expected) {
      std::fprintf(stderr, "load: %llu came where %llu should\n", static_cast<unsigned long long>(number),
                   static_cast<unsigned long long>(expected));
      std::exit(1);
    }
    ++expected;
  }
}

void SendStream(int file, std::uint64_t total, const std::vector<char>& pattern) {
  std::vector<char> bytes(kPiece);
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
  while (received < total) {
    WaitFor(file, static_cast<short>(sent < total ? POLLIN | POLLOUT : POLLIN));
    if (sent < total) {
      const std::size_t size = std::min<std::uint64_t>(kPiece, total - sent);
      const ssize_t result = send(file, &pattern[sent % kPeriod], size, MSG_DONTWAIT);
      if (result > 0) sent += static_cast<std::uint64_t>(result);
    }
    const ssize_t result = recv(file, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (result == 0) Die("the end came too early");
    if (result < 0) continue;
    const auto size = static_cast<std::size_t>(result);
    if (std::memcmp(bytes.data(), &pattern[received % kPeriod], size) != 0) Die("the stream is not what was sent");
    received += size;
  }
}

template <typename Work>
void Measure(const char* what, double amount, const char* unit, Work work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
  std::printf("%s: %.0f %s there and back in %.2f s, %.0f a second\n", what, amount, unit, time.count(),
              amount / time.count());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  const std::uint64_t mebibytes = std::strtoull(argv[4], nullptr, 10);
  std::vector<char> pattern = Pattern(kPeriod);
  pattern.resize(kPeriod + kPiece + kLargest);
  for (std::size_t i = kPeriod; i < pattern.size(); ++i) pattern[i] = pattern[i - kPeriod];
  for (const bool is_large : {false, true}) {
    const std::uint64_t count = std::strtoull(argv[is_large ? 3 : 2], nullptr, 10);
    if (count == 0) continue;
    Measure(is_large ? "large datagrams" : "small datagrams", static_cast<double>(count), "datagrams", [&] {
      // A socket of its own: what comes late finds nobody.
      const int udp = Open(SOCK_DGRAM, argv[1]);
      SendDatagrams(udp, count, is_large, pattern);
      close(udp);
    });
  }
  if (mebibytes == 0) return 0;
  const int tcp = Open(SOCK_STREAM, argv[1]);
  Measure("stream", static_cast<double>(mebibytes), "MiB", [&] { SendStream(tcp, mebibytes << 20, pattern); });
  close(tcp);
}
