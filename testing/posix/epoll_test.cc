// [epoll(7)], [epoll_ctl(2)], [epoll_wait(2)]
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "testing/posix/files.h"

namespace posix {
namespace {

class Epoll : public testing::Test {
 protected:
  int Control(int operation, int descriptor, std::uint32_t events) {
    epoll_event event = {.events = events, .data = {.fd = descriptor}};
    return epoll_ctl(epoll_, operation, descriptor, &event);
  }
  int Add(int descriptor, std::uint32_t events) { return Control(EPOLL_CTL_ADD, descriptor, events); }

  // The descriptors that are told of, in order.
  std::vector<int> Wait(int timeout = 0, int most = 8) {
    std::array<epoll_event, 8> events = {};
    const int count = epoll_wait(epoll_, events.data(), most, timeout);
    EXPECT_GE(count, 0) << "errno " << errno;
    std::vector<int> told;
    for (int i = 0; i < count; ++i) told.push_back(events[static_cast<std::size_t>(i)].data.fd);
    return told;
  }

  Descriptor epoll_{epoll_create1(0)};
};

using Told = std::vector<int>;

TEST_F(Epoll, LevelTriggeredTellsAsLongAsItIsTrue) {
  PipePair pipe;
  ASSERT_EQ(Add(pipe.reader, EPOLLIN), 0);
  EXPECT_EQ(Wait(), Told{});
  Write(pipe.writer, "ab");
  EXPECT_EQ(Wait(), Told{pipe.reader});
  EXPECT_EQ(Wait(), Told{pipe.reader});
  Read(pipe.reader);
  EXPECT_EQ(Wait(), Told{});
}

TEST_F(Epoll, EdgeTriggeredTellsOncePerChange) {
  PipePair pipe;
  ASSERT_EQ(Add(pipe.reader, EPOLLIN | EPOLLET), 0);
  Write(pipe.writer, "a");
  EXPECT_EQ(Wait(), Told{pipe.reader});
  EXPECT_EQ(Wait(), Told{});
  Write(pipe.writer, "b");
  EXPECT_EQ(Wait(), Told{pipe.reader});
  Read(pipe.reader);
  EXPECT_EQ(Wait(), Told{});
}

TEST_F(Epoll, WhatIsReadyWhenItIsAddedIsTold) {
  PipePair pipe;
  Write(pipe.writer, "a");
  ASSERT_EQ(Add(pipe.reader, EPOLLIN | EPOLLET), 0);
  EXPECT_EQ(Wait(), Told{pipe.reader});
  EXPECT_EQ(Wait(), Told{});
}

TEST_F(Epoll, OneShotIsSilentUntilItIsModified) {
  PipePair pipe;
  ASSERT_EQ(Add(pipe.reader, EPOLLIN | EPOLLONESHOT), 0);
  Write(pipe.writer, "a");
  EXPECT_EQ(Wait(), Told{pipe.reader});
  Write(pipe.writer, "b");
  EXPECT_EQ(Wait(), Told{});
  ASSERT_EQ(Control(EPOLL_CTL_MOD, pipe.reader, EPOLLIN | EPOLLONESHOT), 0);
  EXPECT_EQ(Wait(), Told{pipe.reader});
}

TEST_F(Epoll, WaitBlocksUntilSomethingIsReady) {
  PipePair pipe;
  ASSERT_EQ(Add(pipe.reader, EPOLLIN), 0);
  std::thread writer([&] { Write(pipe.writer, "a"); });
  EXPECT_EQ(Wait(-1), Told{pipe.reader});
  writer.join();
}

TEST_F(Epoll, GivesUpWhenTheTimeIsOver) {
  PipePair pipe;
  ASSERT_EQ(Add(pipe.reader, EPOLLIN), 0);
  EXPECT_EQ(Wait(2), Told{});
}

TEST_F(Epoll, TellsOfHangUpsWithoutBeingAsked) {
  PipePair pipe;
  ASSERT_EQ(Add(pipe.reader, 0), 0);
  EXPECT_EQ(Wait(), Told{});
  pipe.writer.Close();
  std::array<epoll_event, 1> events = {};
  // Nothing was asked for, so nothing but a hang-up or an error can come.
  ASSERT_EQ(Control(EPOLL_CTL_MOD, pipe.reader, EPOLLIN), 0);
  ASSERT_EQ(epoll_wait(epoll_, events.data(), 1, 0), 1);
  EXPECT_EQ(events[0].events, static_cast<std::uint32_t>(EPOLLHUP));
}

TEST_F(Epoll, ManyReadyFilesTakeTurns) {
  std::vector<Descriptor> counters;
  for (int i = 0; i < 5; ++i) {
    counters.emplace_back(eventfd(1, 0));
    ASSERT_EQ(Add(counters.back(), EPOLLIN), 0);
  }
  std::vector<int> told;
  for (int i = 0; i < 5; ++i) {
    const Told one = Wait(0, 1);
    ASSERT_EQ(one.size(), 1u);
    told.push_back(one[0]);
  }
  std::ranges::sort(told);
  EXPECT_EQ(told, Told(counters.begin(), counters.end()));
  EXPECT_EQ(Wait().size(), 5u);
}

TEST_F(Epoll, ATimerIsToldWhenItsTimeComes) {
  const Descriptor timer(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK));
  const itimerspec soon = {.it_interval = {0, 2'000'000}, .it_value = {0, 2'000'000}};
  ASSERT_EQ(Add(timer, EPOLLIN | EPOLLET), 0);
  ASSERT_EQ(timerfd_settime(timer, 0, &soon, nullptr), 0);
  EXPECT_EQ(Wait(-1), Told{timer});
  EXPECT_EQ(Wait(-1), Told{timer});  // the next expiration is another edge, whether the first was read or not
}

TEST_F(Epoll, ATimerSetWhileAThreadWaitsIsTold) {
  const Descriptor timer(timerfd_create(CLOCK_MONOTONIC, 0));
  ASSERT_EQ(Add(timer, EPOLLIN), 0);
  std::thread setter([&] {
    const itimerspec soon = {.it_interval = {}, .it_value = {0, 1'000'000}};
    EXPECT_EQ(timerfd_settime(timer, 0, &soon, nullptr), 0);
  });
  EXPECT_EQ(Wait(-1), Told{timer});
  setter.join();
}

TEST_F(Epoll, AClosedFileIsForgottenWithItsLastCopy) {
  PipePair pipe;
  ASSERT_EQ(Add(pipe.reader, EPOLLIN), 0);
  Write(pipe.writer, "a");
  {
    const Descriptor copy(dup(pipe.reader));
    const int told = pipe.reader;
    pipe.reader.Close();
    EXPECT_EQ(Wait(), Told{told});
  }
  EXPECT_EQ(Wait(), Told{});
}

TEST_F(Epoll, AFileCanBeWatchedByTwoNumbersAndTwoEpolls) {
  const Descriptor counter(eventfd(1, 0));
  const Descriptor copy(dup(counter));
  const Descriptor other(epoll_create1(EPOLL_CLOEXEC));
  ASSERT_EQ(Add(counter, EPOLLIN), 0);
  ASSERT_EQ(Add(copy, EPOLLIN), 0);
  epoll_event event = {.events = EPOLLOUT, .data = {.u64 = 0x1234'5678'9abc'def0}};
  ASSERT_EQ(epoll_ctl(other, EPOLL_CTL_ADD, counter, &event), 0);
  EXPECT_EQ(Wait().size(), 2u);
  event = {};
  EXPECT_EQ(epoll_wait(other, &event, 1, 0), 1);
  EXPECT_EQ(event.data.u64, 0x1234'5678'9abc'def0u);
  EXPECT_EQ(event.events, static_cast<std::uint32_t>(EPOLLOUT));
}

TEST_F(Epoll, AnEpollCanWatchAnother) {
  PipePair pipe;
  ASSERT_EQ(Add(pipe.reader, EPOLLIN), 0);
  const Descriptor outer(epoll_create1(0));
  epoll_event event = {.events = EPOLLIN, .data = {.fd = 7}};
  ASSERT_EQ(epoll_ctl(outer, EPOLL_CTL_ADD, epoll_, &event), 0);
  EXPECT_EQ(epoll_wait(outer, &event, 1, 0), 0);
  EXPECT_EQ(Ready(epoll_), 0);
  std::thread writer([&] { Write(pipe.writer, "a"); });
  EXPECT_EQ(epoll_wait(outer, &event, 1, -1), 1);
  writer.join();
  EXPECT_EQ(Ready(epoll_), POLLIN);
  EXPECT_EQ(epoll_wait(outer, &event, 1, 0), 1);
  Read(pipe.reader);
  EXPECT_EQ(epoll_wait(outer, &event, 1, 0), 0);
  EXPECT_EQ(Ready(epoll_), 0);
}

TEST_F(Epoll, ATimerInAnInnerEpollWakesTheOuterOne) {
  const Descriptor timer(timerfd_create(CLOCK_MONOTONIC, 0));
  const itimerspec soon = {.it_interval = {}, .it_value = {0, 2'000'000}};
  const Descriptor outer(epoll_create1(0));
  epoll_event event = {.events = EPOLLIN, .data = {.fd = 7}};
  ASSERT_EQ(epoll_ctl(outer, EPOLL_CTL_ADD, epoll_, &event), 0);
  ASSERT_EQ(Add(timer, EPOLLIN), 0);
  ASSERT_EQ(timerfd_settime(timer, 0, &soon, nullptr), 0);
  EXPECT_EQ(epoll_wait(outer, &event, 1, -1), 1);
}

TEST_F(Epoll, CirclesAndLongChainsAreRefused) {
  epoll_event event = {.events = EPOLLIN, .data = {}};
  EXPECT_FAILS(epoll_ctl(epoll_, EPOLL_CTL_ADD, epoll_, &event), EINVAL);
  std::vector<Descriptor> chain;
  for (int i = 0; i < 6; ++i) chain.emplace_back(epoll_create1(0));
  ASSERT_EQ(epoll_ctl(chain[0], EPOLL_CTL_ADD, chain[1], &event), 0);
  EXPECT_FAILS(epoll_ctl(chain[1], EPOLL_CTL_ADD, chain[0], &event), ELOOP);
  ASSERT_EQ(epoll_ctl(chain[1], EPOLL_CTL_ADD, chain[2], &event), 0);
  EXPECT_FAILS(epoll_ctl(chain[2], EPOLL_CTL_ADD, chain[0], &event), ELOOP);
  ASSERT_EQ(epoll_ctl(chain[2], EPOLL_CTL_ADD, chain[3], &event), 0);
  ASSERT_EQ(epoll_ctl(chain[3], EPOLL_CTL_ADD, chain[4], &event), 0);
  EXPECT_FAILS(epoll_ctl(chain[4], EPOLL_CTL_ADD, chain[5], &event), ELOOP);
}

TEST_F(Epoll, RefusesWhatIsWrong) {
  PipePair pipe;
  ASSERT_EQ(Add(pipe.reader, EPOLLIN), 0);
  EXPECT_FAILS(Add(pipe.reader, EPOLLIN), EEXIST);
  EXPECT_FAILS(Control(EPOLL_CTL_MOD, pipe.writer, EPOLLOUT), ENOENT);
  EXPECT_FAILS(Control(EPOLL_CTL_DEL, pipe.writer, 0), ENOENT);
  EXPECT_FAILS(Add(99, EPOLLIN), EBADF);
  EXPECT_FAILS(Control(77, pipe.reader, EPOLLIN), EINVAL);
  EXPECT_FAILS(epoll_ctl(epoll_, EPOLL_CTL_ADD, pipe.writer, nullptr), EFAULT);
  epoll_event event = {};
  EXPECT_FAILS(epoll_ctl(pipe.reader, EPOLL_CTL_ADD, pipe.writer, &event), EINVAL);
  EXPECT_FAILS(epoll_wait(epoll_, &event, 0, 0), EINVAL);
  EXPECT_FAILS(epoll_wait(pipe.reader, &event, 1, 0), EINVAL);
  EXPECT_FAILS(epoll_wait(99, &event, 1, 0), EBADF);
  EXPECT_FAILS(epoll_create1(0x1234), EINVAL);
  EXPECT_EQ(Control(EPOLL_CTL_DEL, pipe.reader, 0), 0);
  Write(pipe.writer, "a");
  EXPECT_EQ(Wait(), Told{});
}

TEST_F(Epoll, ClosingItForgetsAllItWatched) {
  PipePair pipe;
  ASSERT_EQ(Add(pipe.reader, EPOLLIN), 0);
  epoll_.Close();
  EXPECT_EQ(Write(pipe.writer, "a"), 1);
  EXPECT_EQ(Read(pipe.reader), "a");
}

}  // namespace
}  // namespace posix
