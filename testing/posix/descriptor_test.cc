// dup, dup2, dup3, fcntl, close: [POSIX] 2.14, dup, fcntl, close.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <vector>

#include "gtest/gtest.h"
#include "testing/posix/files.h"

namespace posix {
namespace {

TEST(Descriptor, ANewOneIsTheLowestThatIsFree) {
  PipePair first;
  PipePair second;
  EXPECT_EQ(first.reader, 3);
  EXPECT_EQ(first.writer, 4);
  EXPECT_EQ(second.reader, 5);
  first.writer.Close();
  const Descriptor third(dup(second.reader));
  EXPECT_EQ(third, 4);
}

TEST(Descriptor, ACopySharesTheFileAndItsFlagsButNotCloseOnExec) {
  PipePair pipe(O_CLOEXEC);
  const Descriptor copy(dup(pipe.reader));
  EXPECT_EQ(fcntl(pipe.reader, F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(fcntl(copy, F_GETFD), 0);
  ASSERT_EQ(fcntl(copy, F_SETFL, O_NONBLOCK), 0);
  EXPECT_EQ(fcntl(pipe.reader, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
  EXPECT_EQ(fcntl(pipe.writer, F_GETFL) & O_NONBLOCK, 0);
}

TEST(Descriptor, TheFileLivesAsLongAsItsLastCopy) {
  PipePair pipe;
  const Descriptor copy(dup(pipe.writer));
  pipe.writer.Close();
  EXPECT_EQ(Ready(pipe.reader), 0);
  EXPECT_EQ(Write(copy, "still"), 5);
  EXPECT_EQ(Read(pipe.reader), "still");
}

TEST(Descriptor, Dup2ReplacesWhatWasThere) {
  PipePair first;
  PipePair second;
  const int replaced = first.writer;
  EXPECT_EQ(dup2(second.writer, replaced), replaced);
  EXPECT_EQ(Ready(first.reader), POLLHUP);
  EXPECT_EQ(Write(replaced, "x"), 1);
  EXPECT_EQ(Read(second.reader), "x");
  EXPECT_EQ(dup2(replaced, replaced), replaced);
  EXPECT_FAILS(dup2(99, 99), EBADF);
  EXPECT_FAILS(dup2(99, replaced), EBADF);
  EXPECT_FAILS(dup2(replaced, -1), EBADF);
  EXPECT_FAILS(dup3(replaced, replaced, 0), EINVAL);
}

TEST(Descriptor, ReplacingStandardOutputSendsWritesElsewhere) {
  PipePair pipe;
  const Descriptor console(dup(STDOUT_FILENO));
  ASSERT_EQ(dup2(pipe.writer, STDOUT_FILENO), STDOUT_FILENO);
  const ssize_t written = Write(STDOUT_FILENO, "redirected");
  ASSERT_EQ(dup2(console, STDOUT_FILENO), STDOUT_FILENO);
  EXPECT_EQ(written, 10);
  EXPECT_EQ(Read(pipe.reader), "redirected");
}

TEST(Descriptor, FcntlDuplicatesAtOrAboveANumber) {
  PipePair pipe;
  const Descriptor copy(fcntl(pipe.reader, F_DUPFD, 300));
  EXPECT_EQ(copy, 300);
  const Descriptor next(fcntl(pipe.reader, F_DUPFD_CLOEXEC, 300));
  EXPECT_EQ(next, 301);
  EXPECT_EQ(fcntl(next, F_GETFD), FD_CLOEXEC);
  EXPECT_FAILS(fcntl(pipe.reader, F_DUPFD, -1), EINVAL);
  EXPECT_FAILS(fcntl(pipe.reader, F_DUPFD, INT_MAX), EINVAL);
  EXPECT_FAILS(fcntl(77, F_DUPFD, 0), EBADF);
  EXPECT_FAILS(fcntl(pipe.reader, 4711), EINVAL);
}

TEST(Descriptor, TheLimitIsKeptAndCanBeMoved) {
  rlimit limit = {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(limit.rlim_cur, 1024u);
  EXPECT_EQ(limit.rlim_max, 16384u);
  const rlimit smaller = {.rlim_cur = 10, .rlim_max = limit.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &smaller), 0);
  EXPECT_EQ(sysconf(_SC_OPEN_MAX), 10);
  std::vector<int> copies;
  for (int copy = dup(1); copy >= 0; copy = dup(1)) copies.push_back(copy);
  EXPECT_EQ(errno, EMFILE);
  EXPECT_EQ(copies.size(), 7u);
  int ends[2];
  EXPECT_FAILS(pipe(ends), EMFILE);
  EXPECT_EQ(close(copies.back()), 0);
  copies.pop_back();
  EXPECT_FAILS(pipe(ends), EMFILE);  // one end would fit
  const int last = dup(1);
  EXPECT_EQ(last, 9);  // and the pipe gave it back
  copies.push_back(last);
  for (const int copy : copies) EXPECT_EQ(close(copy), 0);
  const rlimit too_large = {.rlim_cur = 10, .rlim_max = 20'000};
  EXPECT_FAILS(setrlimit(RLIMIT_NOFILE, &too_large), EPERM);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

TEST(Descriptor, AThousandCanBeOpenAtOnce) {
  PipePair pipe;
  std::vector<Descriptor> copies;
  for (int i = 0; i < 1000; ++i) copies.emplace_back(dup(pipe.writer));
  EXPECT_EQ(Write(copies.back(), "x"), 1);
  EXPECT_EQ(Read(pipe.reader), "x");
}

TEST(Descriptor, NumbersThatAreNotOpenAreBad) {
  char byte = 0;
  for (const int number : {-1, 3, 1023, 1024, 16384, INT_MAX, INT_MIN}) {
    EXPECT_FAILS(read(number, &byte, 1), EBADF);
    EXPECT_FAILS(write(number, &byte, 1), EBADF);
    EXPECT_FAILS(close(number), EBADF);
    EXPECT_FAILS(dup(number), EBADF);
    EXPECT_FAILS(fcntl(number, F_GETFD), EBADF);
    EXPECT_FAILS(ioctl(number, FIONREAD, &byte), EBADF);
    EXPECT_FAILS(lseek(number, 0, SEEK_SET), EBADF);
  }
}

TEST(Descriptor, AFileClosedWhileOpenTwiceIsClosedOnce) {
  const int copy = dup(STDERR_FILENO);
  EXPECT_EQ(close(copy), 0);
  EXPECT_FAILS(close(copy), EBADF);
  EXPECT_EQ(Write(STDERR_FILENO, ""), 0);
}

TEST(Descriptor, LocksAreGrantedForNobodyElseCouldHoldThem) {
  PipePair pipe;
  flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 0, .l_pid = 0};
  EXPECT_EQ(fcntl(pipe.writer, F_SETLK, &lock), 0);
  EXPECT_EQ(fcntl(pipe.writer, F_GETLK, &lock), 0);
  EXPECT_EQ(lock.l_type, F_UNLCK);
}

TEST(Descriptor, IoctlSwitchesBlockingAndCloseOnExec) {
  PipePair pipe;
  int on = 1;
  EXPECT_EQ(ioctl(pipe.reader, FIONBIO, &on), 0);
  char byte = 0;
  EXPECT_FAILS(read(pipe.reader, &byte, 1), EAGAIN);
  EXPECT_EQ(ioctl(pipe.reader, FIOCLEX), 0);
  EXPECT_EQ(fcntl(pipe.reader, F_GETFD), FD_CLOEXEC);
  EXPECT_FAILS(ioctl(pipe.reader, 0x1234), ENOTTY);
}

}  // namespace
}  // namespace posix
