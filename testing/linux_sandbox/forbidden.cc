// Makes one system call that its image has no use for: "survived" is printed where Linux lets it.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

extern "C" long EnkelTestSystemCall(long number, long first, long second, long third);

namespace {

template <typename T>
long AddressOf(T* bytes) {
  return static_cast<long>(reinterpret_cast<std::uintptr_t>(bytes));
}

// Linux asm/unistd_64.h.
constexpr long kMMap = 9;
constexpr long kMProtect = 10;
constexpr long kIoctl = 16;
constexpr long kArchPrCtl = 158;
constexpr long kOpenAt = 257;
constexpr long kHere = -100;  // AT_FDCWD
constexpr long kReadAndExecute = 5;
constexpr long kReadAndWrite = 3;
constexpr long kTiocsti = 0x5412;  // types into the terminal
constexpr long kArchGetFs = 0x1003;

alignas(4096) char page[4096];

long Make(std::string_view what) {
  if (what == "getpid") return EnkelTestSystemCall(39, 0, 0, 0);
  if (what == "socket") return EnkelTestSystemCall(41, 2, 1, 0);
  if (what == "execve") return EnkelTestSystemCall(59, AddressOf("/bin/true"), 0, 0);
  if (what == "a call of 32-bit programs") return EnkelTestSystemCall(0x40000000, 0, AddressOf(page), 0);
  if (what == "another file") return EnkelTestSystemCall(kOpenAt, kHere, AddressOf("/etc/passwd"), 0);
  if (what == "a known file's name, elsewhere") {
    std::strcpy(page, "/proc/self/maps");
    return EnkelTestSystemCall(kOpenAt, kHere, AddressOf(page), 0);
  }
  if (what == "the right to execute") return EnkelTestSystemCall(kMProtect, AddressOf(page), 4096, kReadAndExecute);
  if (what == "memory that can be used") return EnkelTestSystemCall(kMMap, 0, 4096, kReadAndWrite);
  if (what == "another request") return EnkelTestSystemCall(kIoctl, 0, kTiocsti, AddressOf(page));
  if (what == "the thread pointer's value") return EnkelTestSystemCall(kArchPrCtl, kArchGetFs, AddressOf(page), 0);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc < 2 ? "" : argv[1];
  if (what == "wait") {
    std::puts("waiting");
    std::fflush(stdout);
    std::getchar();
    return 0;
  }
  const long result = Make(what);
  std::printf("survived: %ld\n", result);
}
