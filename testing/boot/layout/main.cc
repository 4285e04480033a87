// Says where things lie in this boot: one line each, for tests that boot it often and compare.
#include <sys/mman.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <thread>

extern "C" const char __image_start[];  // kernel/boot/image.ld

namespace {

void Say(const char* what, const volatile void* where) {
  std::printf("layout: %s 0x%016lx\n", what, static_cast<unsigned long>(reinterpret_cast<std::uintptr_t>(where)));
}

}  // namespace

int main() {
  const volatile char on_main_stack = 0;
  Say("image", __image_start);
  Say("main_stack", &on_main_stack);
  void* const block = std::malloc(64);
  Say("heap", block);
  std::free(block);
  void* const mapping = mmap(nullptr, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  Say("mapping", mapping);
  std::thread([] {
    const volatile char on_thread_stack = 0;
    Say("thread_stack", &on_thread_stack);
  }).join();
  return 0;
}
