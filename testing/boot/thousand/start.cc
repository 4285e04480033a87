// One start of many: says what must differ from all others, and starts anew.
#include <pthread.h>
#include <sys/mman.h>
#include <sys/random.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "kernel/boot/board.h"

extern "C" std::uintptr_t __stack_chk_guard;

int main();

namespace {

void* AddressOnThisStack(void*) { return __builtin_frame_address(0); }

std::uint64_t Number(const void* address) { return reinterpret_cast<std::uintptr_t>(address); }

}  // namespace

int main() {
  std::array<std::uint8_t, 64> bytes;
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) return 1;
  void* const block = std::malloc(100);
  void* const pages = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  pthread_t thread;
  void* thread_stack = nullptr;
  if (pthread_create(&thread, nullptr, &AddressOnThisStack, nullptr) != 0) return 2;
  pthread_join(thread, &thread_stack);

  std::array<char, 2 * bytes.size() + 1> hexadecimal;
  for (std::size_t i = 0; i < bytes.size(); ++i) std::snprintf(&hexadecimal[2 * i], 3, "%02x", bytes[i]);
  std::printf("start %s canary=%lx image=%lx heap=%lx pages=%lx stack=%lx thread=%lx\n", hexadecimal.data(),
              __stack_chk_guard, Number(reinterpret_cast<void*>(&main)), Number(block), Number(pages),
              Number(AddressOnThisStack(nullptr)), Number(thread_stack));
  std::fflush(stdout);
  board::Reset();
}
