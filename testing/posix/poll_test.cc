// [POSIX] poll, select, pselect.
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "testing/posix/files.h"

namespace posix {
namespace {

TEST(Poll, SaysWhichOfSeveralAreReady) {
  PipePair full;
  PipePair empty;
  ASSERT_EQ(Write(full.writer, "x"), 1);
  std::array<pollfd, 4> files = {
      {{full.reader, POLLIN, 0}, {empty.reader, POLLIN, 0}, {empty.writer, POLLOUT, 0}, {-1, POLLIN, 77}}};
  EXPECT_EQ(poll(files.data(), files.size(), -1), 2);
  EXPECT_EQ(files[0].revents, POLLIN);
  EXPECT_EQ(files[1].revents, 0);
  EXPECT_EQ(files[2].revents, POLLOUT);
  EXPECT_EQ(files[3].revents, 0);
}

TEST(Poll, WaitsUntilAnyIsReady) {
  PipePair first;
  PipePair second;
  std::thread writer([&] { Write(second.writer, "x"); });
  std::array<pollfd, 2> files = {{{first.reader, POLLIN, 0}, {second.reader, POLLIN, 0}}};
  EXPECT_EQ(poll(files.data(), files.size(), -1), 1);
  EXPECT_EQ(files[0].revents, 0);
  EXPECT_EQ(files[1].revents, POLLIN);
  writer.join();
}

TEST(Poll, GivesUpWhenTheTimeIsOver) {
  PipePair pipe;
  pollfd file = {.fd = pipe.reader, .events = POLLIN, .revents = 77};
  timespec start = {}, end = {};
  clock_gettime(CLOCK_MONOTONIC, &start);
  EXPECT_EQ(poll(&file, 1, 3), 0);
  clock_gettime(CLOCK_MONOTONIC, &end);
  EXPECT_EQ(file.revents, 0);
  EXPECT_GE((end.tv_sec - start.tv_sec) * 1'000'000'000 + end.tv_nsec - start.tv_nsec, 3'000'000);
  EXPECT_EQ(poll(nullptr, 0, 1), 0);
}

TEST(Poll, TellsOfErrorsAndHangUpsWithoutBeingAsked) {
  PipePair lost_writer;
  lost_writer.writer.Close();
  EXPECT_EQ(Ready(lost_writer.reader, 0), POLLHUP);
  PipePair lost_reader;
  lost_reader.reader.Close();
  EXPECT_EQ(Ready(lost_reader.writer, 0), POLLERR);
}

TEST(Poll, ABadDescriptorIsToldAndDoesNotBlock) {
  PipePair pipe;
  std::array<pollfd, 2> files = {{{99, POLLIN, 0}, {pipe.reader, POLLIN, 0}}};
  EXPECT_EQ(poll(files.data(), files.size(), -1), 1);
  EXPECT_EQ(files[0].revents, POLLNVAL);
}

TEST(Poll, TakesManyDescriptors) {
  std::vector<Descriptor> counters;
  std::vector<pollfd> files;
  for (int i = 0; i < 300; ++i) {
    counters.emplace_back(eventfd(0, 0));
    files.push_back({counters.back(), POLLIN, 0});
  }
  std::thread adder([&] { eventfd_write(counters[250], 1); });
  EXPECT_EQ(poll(files.data(), files.size(), -1), 1);
  EXPECT_EQ(files[250].revents, POLLIN);
  adder.join();
}

TEST(Poll, SeveralThreadsCanWaitForOneFile) {
  const Descriptor counter(eventfd(0, 0));
  int woken = 0;
  const auto wait = [&] {
    pollfd file = {.fd = counter, .events = POLLIN, .revents = 0};
    if (poll(&file, 1, -1) == 1) ++woken;
  };
  std::thread first(wait), second(wait);
  std::this_thread::yield();
  eventfd_write(counter, 1);
  first.join();
  second.join();
  EXPECT_EQ(woken, 2);
}

TEST(Poll, RefusesTimesThatAreNone) {
  const timespec bad = {.tv_sec = -1, .tv_nsec = 0};
  EXPECT_FAILS(ppoll(nullptr, 0, &bad, nullptr), EINVAL);
  EXPECT_FAILS(poll(nullptr, 1'000'000, 0), EINVAL);
}

TEST(Poll, CancellationEndsIt) {
  pthread_t waiting;
  ASSERT_EQ(pthread_create(
                &waiting, nullptr,
                [](void*) -> void* {
                  poll(nullptr, 0, -1);
                  return nullptr;
                },
                nullptr),
            0);
  std::this_thread::yield();
  ASSERT_EQ(pthread_cancel(waiting), 0);
  void* result = nullptr;
  ASSERT_EQ(pthread_join(waiting, &result), 0);
  EXPECT_EQ(result, PTHREAD_CANCELED);
}

TEST(Select, LeavesTheReadyOnesInItsSets) {
  PipePair full;
  PipePair empty;
  Write(full.writer, "x");
  fd_set reads, writes;
  FD_ZERO(&reads);
  FD_ZERO(&writes);
  FD_SET(full.reader, &reads);
  FD_SET(empty.reader, &reads);
  FD_SET(empty.writer, &writes);
  EXPECT_EQ(select(FD_SETSIZE, &reads, &writes, nullptr, nullptr), 2);
  EXPECT_TRUE(FD_ISSET(full.reader, &reads));
  EXPECT_FALSE(FD_ISSET(empty.reader, &reads));
  EXPECT_TRUE(FD_ISSET(empty.writer, &writes));
}

TEST(Select, ADescriptorCountsOncePerSet) {
  const Descriptor counter(eventfd(1, 0));
  fd_set reads, writes, exceptions;
  FD_ZERO(&reads);
  FD_SET(counter, &reads);
  writes = exceptions = reads;
  EXPECT_EQ(select(counter + 1, &reads, &writes, &exceptions, nullptr), 2);
  EXPECT_FALSE(FD_ISSET(counter, &exceptions));
}

TEST(Select, GivesUpWhenTheTimeIsOverAndEmptiesItsSets) {
  PipePair pipe;
  fd_set reads;
  FD_ZERO(&reads);
  FD_SET(pipe.reader, &reads);
  timeval time = {.tv_sec = 0, .tv_usec = 1000};
  EXPECT_EQ(select(pipe.reader + 1, &reads, nullptr, nullptr, &time), 0);
  EXPECT_FALSE(FD_ISSET(pipe.reader, &reads));
}

TEST(Select, AHangUpIsReadable) {
  PipePair pipe;
  pipe.writer.Close();
  fd_set reads;
  FD_ZERO(&reads);
  FD_SET(pipe.reader, &reads);
  EXPECT_EQ(select(pipe.reader + 1, &reads, nullptr, nullptr, nullptr), 1);
}

TEST(Select, ABadDescriptorIsAnError) {
  fd_set reads;
  FD_ZERO(&reads);
  FD_SET(99, &reads);
  EXPECT_FAILS(select(100, &reads, nullptr, nullptr, nullptr), EBADF);
  EXPECT_FAILS(select(-1, nullptr, nullptr, nullptr, nullptr), EINVAL);
}

}  // namespace
}  // namespace posix
