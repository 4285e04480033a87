// [eventfd(2)]
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <thread>

#include "gtest/gtest.h"
#include "testing/posix/files.h"

namespace posix {
namespace {

constexpr std::uint64_t kLargest = 0xffff'ffff'ffff'fffe;

std::uint64_t Take(int descriptor) {
  eventfd_t value = 0;
  EXPECT_EQ(eventfd_read(descriptor, &value), 0) << "errno " << errno;
  return value;
}

TEST(Eventfd, ReadingTakesAllThatWasAdded) {
  const Descriptor counter(eventfd(3, EFD_NONBLOCK));
  EXPECT_EQ(eventfd_write(counter, 4), 0);
  EXPECT_EQ(Take(counter), 7u);
  eventfd_t value = 0;
  EXPECT_FAILS(eventfd_read(counter, &value), EAGAIN);
}

TEST(Eventfd, ASemaphoreGivesOneAtATime) {
  const Descriptor counter(eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK));
  EXPECT_EQ(Take(counter), 1u);
  EXPECT_EQ(Take(counter), 1u);
  EXPECT_EQ(Ready(counter), POLLOUT);
}

TEST(Eventfd, ReadBlocksUntilSomebodyAdds) {
  const Descriptor counter(eventfd(0, 0));
  std::thread adder([&] { EXPECT_EQ(eventfd_write(counter, 9), 0); });
  EXPECT_EQ(Take(counter), 9u);
  adder.join();
}

TEST(Eventfd, WriteBlocksWhileTheCounterIsFull) {
  const Descriptor counter(eventfd(0, 0));
  ASSERT_EQ(eventfd_write(counter, kLargest), 0);
  EXPECT_EQ(Ready(counter), POLLIN);
  std::thread reader([&] { EXPECT_EQ(Take(counter), kLargest); });
  EXPECT_EQ(eventfd_write(counter, 5), 0);
  reader.join();
  EXPECT_EQ(Take(counter), 5u);
}

TEST(Eventfd, PollTellsTheTruth) {
  const Descriptor counter(eventfd(0, 0));
  EXPECT_EQ(Ready(counter), POLLOUT);
  EXPECT_EQ(eventfd_write(counter, 1), 0);
  EXPECT_EQ(Ready(counter), POLLIN | POLLOUT);
}

TEST(Eventfd, WantsEightBytesAndAValueThatFits) {
  const Descriptor counter(eventfd(0, 0));
  std::uint64_t value = UINT64_MAX;
  EXPECT_FAILS(write(counter, &value, 8), EINVAL);
  EXPECT_FAILS(write(counter, &value, 7), EINVAL);
  EXPECT_FAILS(read(counter, &value, 7), EINVAL);
  EXPECT_FAILS(eventfd(0, 0x1234), EINVAL);
  EXPECT_FAILS(lseek(counter, 0, SEEK_SET), ESPIPE);
}

}  // namespace
}  // namespace posix
