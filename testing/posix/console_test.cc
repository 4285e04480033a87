// The console as standard input: [POSIX] 11 General Terminal Interface, isatty, tcgetattr, poll. The runner types what
// the program asks for.
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <string>
#include <thread>

#include "gtest/gtest.h"
#include "testing/posix/files.h"

namespace posix {
namespace {

// Each wish is typed once the line is on the console (BUILD.bazel has the texts).
void Ask(const char* wish) { std::printf("\n[console_test] %s\n", wish); }

termios Settings() {
  termios settings = {};
  EXPECT_EQ(tcgetattr(STDIN_FILENO, &settings), 0);
  return settings;
}

TEST(Console, IsATerminal) {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) EXPECT_EQ(isatty(stream), 1);
  EXPECT_EQ(isatty(99), 0);
  PipePair pipe;
  EXPECT_EQ(isatty(pipe.reader), 0);
  EXPECT_EQ(errno, ENOTTY);
  winsize size = {};
  EXPECT_EQ(ioctl(STDOUT_FILENO, TIOCGWINSZ, &size), 0);
  EXPECT_EQ(size.ws_col, 80);
  EXPECT_EQ(Settings().c_lflag & ICANON, static_cast<tcflag_t>(ICANON));
}

TEST(Console, NothingIsReadableBeforeItIsTyped) {
  EXPECT_EQ(Ready(STDIN_FILENO, POLLIN), 0);
  EXPECT_EQ(Ready(STDOUT_FILENO, POLLOUT), POLLOUT);
  ASSERT_EQ(fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK), 0);
  char byte = 0;
  EXPECT_FAILS(read(STDIN_FILENO, &byte, 1), EAGAIN);
  ASSERT_EQ(fcntl(STDIN_FILENO, F_SETFL, 0), 0);
}

TEST(Console, ReadWaitsForALineWhileOthersRun) {
  int rounds = 0;
  std::atomic<bool> is_over = false;
  std::thread other([&] {
    for (; !is_over; ++rounds) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  });
  Ask("a line");
  EXPECT_EQ(Read(STDIN_FILENO), "hello\n");
  is_over = true;
  other.join();
  EXPECT_GT(rounds, 0);
}

TEST(Console, PollAndEpollTellThatALineIsThere) {
  Ask("two lines");
  pollfd file = {.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  EXPECT_EQ(poll(&file, 1, -1), 1);
  EXPECT_EQ(file.revents, POLLIN);
  EXPECT_EQ(Read(STDIN_FILENO), "first\n");
  const Descriptor epoll(epoll_create1(0));
  epoll_event event = {.events = EPOLLIN, .data = {.fd = 7}};
  ASSERT_EQ(epoll_ctl(epoll, EPOLL_CTL_ADD, STDIN_FILENO, &event), 0);
  EXPECT_EQ(epoll_wait(epoll, &event, 1, -1), 1);
  EXPECT_EQ(event.data.fd, 7);
  EXPECT_EQ(Read(STDIN_FILENO), "second\n");
  EXPECT_EQ(epoll_wait(epoll, &event, 1, 0), 0);
}

TEST(Console, ALineCanBeCorrected) {
  termios settings = Settings();
  settings.c_cc[VERASE] = 0x7f;
  ASSERT_EQ(tcsetattr(STDIN_FILENO, TCSANOW, &settings), 0);
  Ask("a mistake");
  EXPECT_EQ(Read(STDIN_FILENO), "right\n");
}

TEST(Console, RawModeGivesBytesAsTheyComeAndShowsNone) {
  const termios before = Settings();
  termios raw = before;
  cfmakeraw(&raw);
  ASSERT_EQ(tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw), 0);
  Ask("keys");
  std::string got;
  while (got.size() < 3) got += Read(STDIN_FILENO, 1);
  EXPECT_EQ(got, "k\x7f\x03");
  ASSERT_EQ(tcsetattr(STDIN_FILENO, TCSANOW, &before), 0);
}

TEST(Console, StandardStreamsReadIt) {
  Ask("a number");
  int number = 0;
  EXPECT_TRUE(std::cin >> number);
  EXPECT_EQ(number, 42);
  EXPECT_EQ(std::cin.get(), '\n');
}

TEST(Console, ItCanBeOpenedByName) {
  const Descriptor tty(open("/dev/tty", O_RDWR));
  EXPECT_EQ(isatty(tty), 1);
  Ask("a line for the tty");
  EXPECT_EQ(Read(tty), "tty\n");
}

TEST(Console, ControlDIsTheEndOfTheFile) {
  Ask("the end");
  EXPECT_EQ(Read(STDIN_FILENO), "");
}

}  // namespace
}  // namespace posix
