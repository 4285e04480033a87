// [POSIX] pipe, read, write.
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <thread>

#include "gtest/gtest.h"
#include "testing/posix/files.h"

namespace posix {
namespace {

constexpr std::size_t kCapacity = 65536;

TEST(Pipe, CarriesBytesInOrder) {
  PipePair pipe;
  EXPECT_EQ(Write(pipe.writer, "first "), 6);
  EXPECT_EQ(Write(pipe.writer, "second"), 6);
  EXPECT_EQ(Read(pipe.reader, 8), "first se");
  EXPECT_EQ(Read(pipe.reader), "cond");
}

TEST(Pipe, EachEndHasOneDirection) {
  PipePair pipe;
  char byte = 0;
  EXPECT_FAILS(read(pipe.writer, &byte, 1), EBADF);
  EXPECT_FAILS(write(pipe.reader, &byte, 1), EBADF);
  EXPECT_EQ(fcntl(pipe.reader, F_GETFL) & O_ACCMODE, O_RDONLY);
  EXPECT_EQ(fcntl(pipe.writer, F_GETFL) & O_ACCMODE, O_WRONLY);
}

TEST(Pipe, IsAFifoWithoutPlaces) {
  PipePair pipe;
  struct stat status = {};
  ASSERT_EQ(fstat(pipe.reader, &status), 0);
  EXPECT_TRUE(S_ISFIFO(status.st_mode));
  EXPECT_FAILS(lseek(pipe.reader, 0, SEEK_CUR), ESPIPE);
  EXPECT_FAILS(ftruncate(pipe.writer, 0), EINVAL);
}

TEST(Pipe, ReadBlocksUntilSomebodyWrites) {
  PipePair pipe;
  std::thread writer([&] { EXPECT_EQ(Write(pipe.writer, "late"), 4); });
  EXPECT_EQ(Read(pipe.reader), "late");
  writer.join();
}

TEST(Pipe, AWriteOfMoreThanFitsBlocksUntilAllIsRead) {
  PipePair pipe;
  std::string sent;
  for (std::size_t i = 0; i < 5 * kCapacity / 2; ++i) sent += static_cast<char>('a' + i % 23);
  std::thread writer([&] {
    EXPECT_EQ(Write(pipe.writer, sent), static_cast<ssize_t>(sent.size()));
    pipe.writer.Close();
  });
  std::string received;
  for (std::string part = Read(pipe.reader, 30'000); !part.empty(); part = Read(pipe.reader, 30'000)) received += part;
  writer.join();
  EXPECT_EQ(received, sent);
}

TEST(Pipe, ASmallWriteIsNeverCut) {
  PipePair pipe(O_NONBLOCK);
  const std::string almost(kCapacity - PIPE_BUF + 1, 'x');
  ASSERT_EQ(Write(pipe.writer, almost), static_cast<ssize_t>(almost.size()));
  EXPECT_FAILS(Write(pipe.writer, std::string(PIPE_BUF, 'y')), EAGAIN);
  EXPECT_EQ(Write(pipe.writer, std::string(PIPE_BUF + 1, 'y')), PIPE_BUF - 1);
  EXPECT_FAILS(Write(pipe.writer, "z"), EAGAIN);
}

TEST(Pipe, AnEmptyNonBlockingPipeSaysTryAgain) {
  PipePair pipe(O_NONBLOCK);
  char byte = 0;
  EXPECT_FAILS(read(pipe.reader, &byte, 1), EAGAIN);
  EXPECT_EQ(read(pipe.reader, &byte, 0), 0);
}

TEST(Pipe, WithoutAWriterItIsAtItsEnd) {
  PipePair pipe;
  ASSERT_EQ(Write(pipe.writer, "rest"), 4);
  pipe.writer.Close();
  EXPECT_EQ(Read(pipe.reader), "rest");
  EXPECT_EQ(Read(pipe.reader), "");
}

TEST(Pipe, TheEndWakesAReaderThatWaits) {
  PipePair pipe;
  std::thread closer([&] { pipe.writer.Close(); });
  EXPECT_EQ(Read(pipe.reader), "");
  closer.join();
}

// A program in the field shall not end because a peer went away: SIGPIPE is ignored unless there is a handler.
TEST(Pipe, WithoutAReaderAWriteFailsAndTheProgramGoesOn) {
  PipePair pipe;
  pipe.reader.Close();
  EXPECT_FAILS(Write(pipe.writer, "x"), EPIPE);
}

TEST(Pipe, ALostReaderEndsAWriteThatWaits) {
  PipePair pipe;
  std::thread closer([&] { pipe.reader.Close(); });
  const std::string large(2 * kCapacity, 'x');
  EXPECT_EQ(Write(pipe.writer, large), static_cast<ssize_t>(kCapacity));
  EXPECT_FAILS(Write(pipe.writer, "x"), EPIPE);
  closer.join();
}

TEST(Pipe, ReadvAndWritevGoThroughTheirLists) {
  PipePair pipe;
  std::string a = "ab", b = "cde";
  const std::array<iovec, 3> out = {{{a.data(), 2}, {nullptr, 0}, {b.data(), 3}}};
  EXPECT_EQ(writev(pipe.writer, out.data(), 3), 5);
  std::string c(3, '.'), d(9, '.');
  const std::array<iovec, 2> in = {{{c.data(), 3}, {d.data(), 9}}};
  EXPECT_EQ(readv(pipe.reader, in.data(), 2), 5);
  EXPECT_EQ(c, "abc");
  EXPECT_EQ(d, "de.......");
  const iovec bad = {nullptr, 1};
  EXPECT_FAILS(writev(pipe.writer, &bad, 1), EFAULT);
  EXPECT_FAILS(readv(pipe.reader, &bad, 1), EFAULT);
  EXPECT_FAILS(readv(pipe.reader, in.data(), -1), EINVAL);
}

TEST(Pipe, TellsHowMuchWaits) {
  PipePair pipe;
  int waiting = -1;
  ASSERT_EQ(ioctl(pipe.reader, FIONREAD, &waiting), 0);
  EXPECT_EQ(waiting, 0);
  Write(pipe.writer, "seven..");
  ASSERT_EQ(ioctl(pipe.reader, FIONREAD, &waiting), 0);
  EXPECT_EQ(waiting, 7);
}

TEST(Pipe, CancellationEndsAReadThatWaits) {
  PipePair pipe;
  pthread_t reader;
  ASSERT_EQ(pthread_create(
                &reader, nullptr,
                [](void* ends) -> void* {
                  char byte = 0;
                  (void)!read(*static_cast<Descriptor*>(ends), &byte, 1);
                  return nullptr;
                },
                &pipe.reader),
            0);
  std::this_thread::yield();
  ASSERT_EQ(pthread_cancel(reader), 0);
  void* result = nullptr;
  ASSERT_EQ(pthread_join(reader, &result), 0);
  EXPECT_EQ(result, PTHREAD_CANCELED);
  EXPECT_EQ(Write(pipe.writer, "x"), 1);
  EXPECT_EQ(Read(pipe.reader), "x");
}

TEST(Pipe, OneClosedWhileAThreadReadsStaysUntilTheReadIsOver) {
  PipePair pipe;
  const int reader = pipe.reader;
  std::string got;
  std::thread waiting([&] { got = Read(reader); });
  std::this_thread::yield();
  pipe.reader.Close();
  EXPECT_EQ(Write(pipe.writer, "held"), 4);
  waiting.join();
  EXPECT_EQ(got, "held");
  EXPECT_FAILS(Write(pipe.writer, "x"), EPIPE);
}

TEST(Pipe, RefusesWhatItDoesNotKnow) {
  int ends[2];
  EXPECT_FAILS(pipe2(ends, O_DIRECTORY), EINVAL);
  int* volatile null = nullptr;
  EXPECT_FAILS(pipe2(null, 0), EFAULT);
}

TEST(Pipe, ThousandsOneAfterTheOtherNeedNoMoreMemoryThanOne) {
  for (int i = 0; i < 3000; ++i) {
    PipePair pipe;
    ASSERT_EQ(Write(pipe.writer, "x"), 1);
  }
}

}  // namespace
}  // namespace posix
