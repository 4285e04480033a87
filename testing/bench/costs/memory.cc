// Memory from the heap and from the kernel.
#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>

#include "testing/bench/costs/cost.h"

// musl's allocator, behind the guard (toolchain/libc/overlay/common/src/malloc/free.c).
extern "C" void* __libc_malloc_impl(std::size_t size);
extern "C" void __libc_free(void* block);

namespace costs {
namespace {

template <std::size_t kSize>
void MallocAndFree(long count) {
  for (long i = 0; i < count; ++i) {
    void* const block = std::malloc(kSize);
    Use(block);
    std::free(block);
  }
}

// What the guard adds. A neighbour keeps the group of this size there, as the blocks that the guard keeps back do.
void* neighbour = nullptr;
void MakeNeighbour() { neighbour = __libc_malloc_impl(16); }
void FreeNeighbour() { __libc_free(neighbour); }

void MallocAndFreeWithoutGuard(long count) {
  for (long i = 0; i < count; ++i) {
    void* const block = __libc_malloc_impl(16);
    Use(block);
    __libc_free(block);
  }
}

template <std::size_t kSize>
void MapAndUnmap(long count) {
  for (long i = 0; i < count; ++i) {
    void* const pages = mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) std::abort();
    *static_cast<volatile char*>(pages) = 1;  // Linux would put it off until here
    munmap(pages, kSize);
  }
}

const Registered kSmall({.name = "memory: malloc and free 16 bytes", .count = 1000, .run = &MallocAndFree<16>});
const Registered kMiddle({.name = "memory: malloc and free 4 KiB", .count = 1000, .run = &MallocAndFree<4096>});
const Registered kBare({.name = "memory: malloc and free 16 bytes, without the guard of the heap",
                        .count = 1000,
                        .run = &MallocAndFreeWithoutGuard,
                        .prepare = &MakeNeighbour,
                        .finish = &FreeNeighbour});
const Registered kPage({.name = "memory: mmap and munmap 4 KiB", .count = 100, .run = &MapAndUnmap<4096>});
const Registered kPages({.name = "memory: mmap and munmap 64 KiB", .count = 100, .run = &MapAndUnmap<65536>});

}  // namespace
}  // namespace costs
