// What //apps/http does for /hello, as a program of Linux on Linux's own sockets: epoll, one thread, no C library, so
// that what it costs is the kernel's. As init of a machine it loads the drivers of the card, gives it the address
// 10.0.2.15/24 and serves port 80; as any other process it serves the port that its first argument names.
//
// Marks for a plugin of QEMU that counts instructions: `request_begins` runs once a request, `answer_is_sent` once
// after each write.
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>

#include "system_call.h"

namespace {

constexpr int kMostConnections = 1024;  // file numbers below this
constexpr size_t kHeadSize = 4096;
constexpr size_t kBodySize = 612;
constexpr char kRequestLine[] = "GET /hello HTTP/1.1\r\n";
constexpr char kMissing[] = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n";

struct Connection {
  char head[kHeadSize];
  size_t used;
};
Connection connections[kMostConnections];

// The whole answer; the date in it is written anew once a second.
char answer[1024];
size_t answer_size;
char* date;
time_t date_is_of = -1;

[[noreturn]] void Fail(const char* what) {
  size_t size = 0;
  while (what[size] != '\0') ++size;
  Call(SYS_write, 2, "linux_server: cannot ", 21);
  Call(SYS_write, 2, what, size);
  Call(SYS_write, 2, "\n", 1);
  Call(SYS_exit_group, 1);
  __builtin_unreachable();
}

long Must(long result, const char* what) {
  if (result < 0) Fail(what);
  return result;
}

bool BeginsWith(const char* text, size_t size, const char* what) {
  for (size_t i = 0; what[i] != '\0'; ++i) {
    if (i == size || text[i] != what[i]) return false;
  }
  return true;
}

char* Append(char* to, const char* text) {
  while (*text != '\0') *to++ = *text++;
  return to;
}

void PutDigits(char* to, int value, int digits) {
  for (int i = digits - 1; i >= 0; --i, value /= 10) to[i] = static_cast<char>('0' + value % 10);
}

// [RFC9110] 5.6.7, "Sun, 06 Nov 1994 08:49:37 GMT". The date by H. Hinnant's days-to-civil way.
void WriteDate(time_t now) {
  const int64_t days = now / 86400;
  const int seconds = static_cast<int>(now % 86400);
  const int64_t shifted = days + 719468;  // since 1 March of year 0
  const int64_t era = shifted / 146097;
  const int64_t day_of_era = shifted % 146097;
  const int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month = (5 * day_of_year + 2) / 153;  // from March
  const char* const kDays = "ThuFriSatSunMonTueWed";
  const char* const kMonths = "MarAprMayJunJulAugSepOctNovDecJanFeb";
  __builtin_memcpy(date, kDays + 3 * (days % 7), 3);
  __builtin_memcpy(date + 3, ", 00 ", 5);
  PutDigits(date + 5, static_cast<int>(day_of_year - (153 * month + 2) / 5 + 1), 2);
  __builtin_memcpy(date + 8, kMonths + 3 * month, 3);
  PutDigits(date + 12, static_cast<int>(year_of_era + era * 400 + (month >= 10)), 4);
  PutDigits(date + 17, seconds / 3600, 2);
  PutDigits(date + 20, seconds / 60 % 60, 2);
  PutDigits(date + 23, seconds % 60, 2);
}

void MakeAnswer() {
  char* end = Append(answer, "HTTP/1.1 200 OK\r\ndate: ");
  date = end;
  end = Append(
      end, "Thu, 01 Jan 1970 00:00:00 GMT\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: 612\r\n\r\n");
  const char* const kLine = "Hello from Linux: this C++ program is one of its processes.\n";
  for (size_t i = 0, from = 0; i < kBodySize; ++i, ++from) {
    if (kLine[from] == '\0') from = 0;
    *end++ = kLine[from];
  }
  end[-1] = '\n';
  answer_size = static_cast<size_t>(end - answer);
}

void KeepDate() {
  timespec now;
  Call(SYS_clock_gettime, CLOCK_REALTIME, &now);
  if (now.tv_sec == date_is_of) return;
  date_is_of = now.tv_sec;
  WriteDate(now.tv_sec);
}

}  // namespace

extern "C" {
[[gnu::noinline, gnu::used]] void request_begins() { asm volatile("" ::: "memory"); }
[[gnu::noinline, gnu::used]] void answer_is_sent() { asm volatile("" ::: "memory"); }
}

namespace {

// Bytes of the head that begins the text, with the empty line that ends it; 0: it is not whole yet.
size_t HeadSize(const char* text, size_t size) {
  for (size_t i = 3; i < size; ++i) {
    if (text[i] == '\n' && text[i - 1] == '\r' && text[i - 2] == '\n' && text[i - 3] == '\r') return i + 1;
  }
  return 0;
}

void Close(int file) {
  connections[file].used = 0;
  Call(SYS_close, file);
}

// Whether the whole text went into the socket: an answer is smaller than its buffer, so what does not fit is a client
// that does not read.
bool Send(int file, const char* text, size_t size) {
  const bool is_sent = Call(SYS_write, file, text, size) == static_cast<long>(size);
  answer_is_sent();
  return is_sent;
}

void Serve(int file) {
  Connection& connection = connections[file];
  const long count = Call(SYS_read, file, connection.head + connection.used, kHeadSize - connection.used);
  if (count <= 0) {
    if (count != -EAGAIN) Close(file);
    return;
  }
  connection.used += static_cast<size_t>(count);
  size_t done = 0;
  while (const size_t size = HeadSize(connection.head + done, connection.used - done)) {
    request_begins();
    const bool is_known = BeginsWith(connection.head + done, size, kRequestLine);
    const bool is_sent = is_known ? Send(file, answer, answer_size) : Send(file, kMissing, sizeof kMissing - 1);
    if (!is_sent) return Close(file);
    done += size;
  }
  connection.used -= done;
  if (done > 0) __builtin_memmove(connection.head, connection.head + done, connection.used);
  if (connection.used == kHeadSize) Close(file);
}

void Watch(int poll, int file) {
  epoll_event event = {};
  event.events = EPOLLIN;
  event.data.fd = file;
  Must(Call(SYS_epoll_ctl, poll, EPOLL_CTL_ADD, file, &event), "watch a socket");
}

void AcceptAll(int poll, int listener) {
  for (;;) {
    const int file = static_cast<int>(Call(SYS_accept4, listener, nullptr, nullptr, SOCK_NONBLOCK));
    if (file < 0) return;
    if (file >= kMostConnections) {
      Call(SYS_close, file);
      continue;
    }
    const int on = 1;
    Call(SYS_setsockopt, file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    Watch(poll, file);
  }
}

[[noreturn]] void ServePort(uint16_t port) {
  MakeAnswer();
  const int listener =
      static_cast<int>(Must(Call(SYS_socket, AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "open a socket"));
  const int on = 1;
  Call(SYS_setsockopt, listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = __builtin_bswap16(port);
  Must(Call(SYS_bind, listener, &address, sizeof address), "bind");
  Must(Call(SYS_listen, listener, 512), "listen");
  const int poll = static_cast<int>(Must(Call(SYS_epoll_create1, 0), "open epoll"));
  Watch(poll, listener);
  Call(SYS_write, 1, "serving\n", 8);
  for (;;) {
    epoll_event events[64];
    const long count = Call(SYS_epoll_pwait, poll, events, 64, -1, nullptr, 8);
    KeepDate();
    for (long i = 0; i < count; ++i) {
      if (events[i].data.fd == listener) {
        AcceptAll(poll, listener);
      } else {
        Serve(events[i].data.fd);
      }
    }
  }
}

// The drivers of the card lie in the initramfs as /modules/0, /modules/1, ..., each after those that it needs.
void LoadModules() {
  char path[] = "/modules/0";
  for (int i = 0; i < 10; ++i) {
    path[sizeof path - 2] = static_cast<char>('0' + i);
    const long file = Call(SYS_openat, AT_FDCWD, path, O_RDONLY);
    if (file < 0) return;
    Must(Call(SYS_finit_module, file, "", 0), "load a driver");
    Call(SYS_close, file);
  }
}

void SetAddress(int any, const char* card, int request, uint32_t host_order) {
  ifreq wish = {};
  Append(wish.ifr_name, card);
  auto& address = reinterpret_cast<sockaddr_in&>(wish.ifr_addr);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = __builtin_bswap32(host_order);
  Must(Call(SYS_ioctl, any, request, &wish), "set the address");
}

void BringUpNetwork() {
  const int any = static_cast<int>(Must(Call(SYS_socket, AF_INET, SOCK_DGRAM, 0), "open a socket"));
  ifreq wish = {};
  Append(wish.ifr_name, "eth0");
  for (int tries = 0; Call(SYS_ioctl, any, SIOCGIFFLAGS, &wish) < 0; ++tries) {
    if (tries == 2000) Fail("find the card");
    const timespec millisecond = {0, 1'000'000};
    Call(SYS_nanosleep, &millisecond, nullptr);
  }
  SetAddress(any, "eth0", SIOCSIFADDR, 0x0a00020f);
  SetAddress(any, "eth0", SIOCSIFNETMASK, 0xffffff00);
  wish.ifr_flags = static_cast<short>(wish.ifr_flags | IFF_UP);
  Must(Call(SYS_ioctl, any, SIOCSIFFLAGS, &wish), "switch the card on");
  Call(SYS_close, any);
}

// 0: it is no port.
uint16_t PortOf(const char* text) {
  unsigned port = 0;
  for (; *text >= '0' && *text <= '9' && port < 65536; ++text) port = 10 * port + static_cast<unsigned>(*text - '0');
  return *text == '\0' && port < 65536 ? static_cast<uint16_t>(port) : 0;
}

}  // namespace

// `stack`: what the kernel left there: the number of arguments, then the arguments.
extern "C" [[noreturn]] void Start(const long* stack) {
  if (Call(SYS_getpid) == 1) {
    LoadModules();
    BringUpNetwork();
    ServePort(80);
  }
  const auto* const arguments = reinterpret_cast<const char* const*>(stack + 1);
  const uint16_t port = stack[0] > 1 ? PortOf(arguments[1]) : 0;
  if (port == 0) Fail("serve: name a port");
  ServePort(port);
}
