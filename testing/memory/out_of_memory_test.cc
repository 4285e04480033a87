// All memory is taken, and given back: what must fail fails in the way that the standards say, what the kernel needs
// for itself is still there, and afterwards everything works as before.
#include <pthread.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "kernel/memory/memory.h"

namespace {

constexpr std::size_t kPage = 4096;

// The compiler knows malloc, and that it sets no errno. Nothing is known of what this points to.
void* (*volatile allocate)(std::size_t) = &std::malloc;

// Takes memory in ever smaller blocks until not even one word is left.
class Hoard {
 public:
  Hoard() {
    for (std::size_t size = std::size_t{64} << 20; size >= sizeof(Block); size /= 2) {
      while (void* const bytes = std::malloc(size)) blocks_ = new (bytes) Block{blocks_};
    }
  }
  ~Hoard() { GiveBack(); }
  Hoard(const Hoard&) = delete;
  Hoard& operator=(const Hoard&) = delete;

  void GiveBack() {
    while (blocks_ != nullptr) std::free(std::exchange(blocks_, blocks_->next));
  }

 private:
  struct Block {
    Block* next;
  };
  Block* blocks_ = nullptr;
};

void* DoNothing(void* argument) { return argument; }

TEST(OutOfMemory, EveryWayOfAskingFailsAndWorksAgainAfterwards) {
  // Warm: what is allocated once and kept is there already.
  std::thread([] {}).join();
  const std::uint64_t free_before = kernel::memory::ReadCounters().free_bytes;
  for (int round = 0; round < 2; ++round) {
    void* closed = mmap(nullptr, 512 * kPage, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(closed, MAP_FAILED);
    // No assertion allocates before the memory is back.
    void* from_malloc = closed;
    int errno_of_malloc = 0;
    void* from_nothrow = closed;
    bool new_threw = false;
    void* from_mmap = closed;
    int errno_of_mmap = 0;
    int from_create = 0;
    int from_protect = -1;
    std::uint64_t free_at_worst = 0;
    {
      const Hoard hoard;
      free_at_worst = kernel::memory::ReadCounters().free_bytes;
      errno = 0;
      from_malloc = allocate(1000);
      errno_of_malloc = errno;
      from_nothrow = ::operator new(1000, std::nothrow);
      try {
        ::operator delete(::operator new(1000));
      } catch (const std::bad_alloc&) {
        new_threw = true;
      }
      from_mmap = mmap(nullptr, 1000 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      errno_of_mmap = errno;
      pthread_t thread;
      from_create = pthread_create(&thread, nullptr, &DoNothing, nullptr);
      // The kernel's own reserve: page by page, each change splits or needs a table.
      from_protect = 0;
      for (std::size_t i = 0; i < 512; i += 2) {
        from_protect |= mprotect(static_cast<char*>(closed) + i * kPage, kPage, PROT_READ | PROT_WRITE);
        static_cast<char*>(closed)[i * kPage] = 'x';
      }
    }
    EXPECT_LT(free_at_worst, std::uint64_t{1} << 20);
    EXPECT_EQ(from_malloc, nullptr);
    EXPECT_EQ(errno_of_malloc, ENOMEM);
    EXPECT_EQ(from_nothrow, nullptr);
    EXPECT_TRUE(new_threw);
    EXPECT_EQ(from_mmap, MAP_FAILED);
    EXPECT_EQ(errno_of_mmap, ENOMEM);
    EXPECT_EQ(from_create, EAGAIN);
    EXPECT_EQ(from_protect, 0);
    EXPECT_EQ(munmap(closed, 512 * kPage), 0);

    std::string text(8'000'000, 'x');
    EXPECT_EQ(text.size(), 8'000'000u);
    int sum = 0;
    std::thread([&sum] { sum = 42; }).join();
    EXPECT_EQ(sum, 42);
    EXPECT_THROW(std::vector<char>(std::size_t{1} << 45), std::bad_alloc);
  }
  // malloc keeps a little for itself.
  EXPECT_GE(kernel::memory::ReadCounters().free_bytes + (std::uint64_t{1} << 20), free_before);
}

}  // namespace
