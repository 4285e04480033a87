// [POSIX] open, read, write, lseek, ftruncate, fstat, and the devices of 10.
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>

#include "gtest/gtest.h"
#include "testing/posix/files.h"

namespace posix {
namespace {

constexpr char kPath[] = "/tmp/file";

class File : public testing::Test {
 protected:
  File() { unlink(kPath); }
  ~File() override { unlink(kPath); }
};

int Make(std::string_view text = "") {
  const int file = open(kPath, O_RDWR | O_CREAT | O_TRUNC, 0644);
  EXPECT_GE(file, 0) << "errno " << errno;
  EXPECT_EQ(Write(file, text), static_cast<ssize_t>(text.size()));
  EXPECT_EQ(lseek(file, 0, SEEK_SET), 0);
  return file;
}

off_t SizeOf(int file) {
  struct stat status = {};
  EXPECT_EQ(fstat(file, &status), 0);
  return status.st_size;
}

TEST_F(File, WhatIsWrittenIsRead) {
  const Descriptor file(Make("hello"));
  EXPECT_EQ(Read(file, 2), "he");
  EXPECT_EQ(Read(file), "llo");
  EXPECT_EQ(Read(file), "");
  const Descriptor again(open(kPath, O_RDONLY));
  EXPECT_EQ(Read(again), "hello");
}

TEST_F(File, ALargeFileKeepsEveryByte) {
  std::string bytes;
  for (int i = 0; i < 3'000'000; ++i) bytes += static_cast<char>(i * 7 % 251);
  const Descriptor file(Make(bytes));
  EXPECT_EQ(SizeOf(file), 3'000'000);
  std::string read;
  for (std::string part = Read(file, 100'000); !part.empty(); part = Read(file, 100'000)) read += part;
  EXPECT_TRUE(read == bytes);
}

TEST_F(File, OpenFlagsDoWhatTheySay) {
  EXPECT_FAILS(open(kPath, O_RDONLY), ENOENT);
  const Descriptor file(Make("old"));
  EXPECT_FAILS(open(kPath, O_RDWR | O_CREAT | O_EXCL, 0600), EEXIST);
  EXPECT_FAILS(open(kPath, O_RDONLY | O_DIRECTORY), ENOTDIR);
  const Descriptor appending(open(kPath, O_WRONLY | O_APPEND));
  EXPECT_EQ(Write(appending, "+new"), 4);
  EXPECT_EQ(Read(file), "old+new");
  const Descriptor cut(open(kPath, O_WRONLY | O_TRUNC));
  EXPECT_EQ(SizeOf(file), 0);
  char byte = 0;
  EXPECT_FAILS(read(cut, &byte, 1), EBADF);
  const Descriptor reading(open(kPath, O_RDONLY));
  EXPECT_FAILS(write(reading, &byte, 1), EBADF);
}

TEST_F(File, EachOpenHasAPlaceAndCopiesShareIt) {
  const Descriptor file(Make("abcdef"));
  const Descriptor copy(dup(file));
  const Descriptor other(open(kPath, O_RDONLY));
  EXPECT_EQ(Read(file, 2), "ab");
  EXPECT_EQ(Read(copy, 2), "cd");
  EXPECT_EQ(Read(other, 2), "ab");
}

TEST_F(File, SeekingGoesAnywhereButBeforeTheStart) {
  const Descriptor file(Make("abc"));
  EXPECT_EQ(lseek(file, -1, SEEK_END), 2);
  EXPECT_EQ(Read(file), "c");
  EXPECT_EQ(lseek(file, -2, SEEK_CUR), 1);
  EXPECT_EQ(Read(file), "bc");
  EXPECT_FAILS(lseek(file, -1, SEEK_SET), EINVAL);
  EXPECT_FAILS(lseek(file, 0, 77), EINVAL);
  EXPECT_EQ(lseek(file, 100'000, SEEK_SET), 100'000);
  EXPECT_EQ(Read(file), "");
}

TEST_F(File, AHoleIsZeroesAndTakesNoMemory) {
  const Descriptor file(Make());
  ASSERT_EQ(lseek(file, 10'000'000, SEEK_SET), 10'000'000);
  EXPECT_EQ(Write(file, "x"), 1);
  struct stat status = {};
  ASSERT_EQ(fstat(file, &status), 0);
  EXPECT_EQ(status.st_size, 10'000'001);
  EXPECT_EQ(status.st_blocks, 8);
  char byte = 'y';
  EXPECT_EQ(pread(file, &byte, 1, 5'000'000), 1);
  EXPECT_EQ(byte, 0);
}

TEST_F(File, TruncatingCutsAndExtendsWithZeroes) {
  const Descriptor file(Make("abcdef"));
  ASSERT_EQ(ftruncate(file, 2), 0);
  ASSERT_EQ(ftruncate(file, 4), 0);
  EXPECT_EQ(Read(file), std::string("ab\0\0", 4));
  ASSERT_EQ(truncate(kPath, 1), 0);
  EXPECT_EQ(SizeOf(file), 1);
  EXPECT_FAILS(ftruncate(file, -1), EINVAL);
  EXPECT_FAILS(truncate("/tmp", 0), EISDIR);
  const Descriptor reading(open(kPath, O_RDONLY));
  EXPECT_FAILS(ftruncate(reading, 0), EINVAL);
}

TEST_F(File, PreadAndPwriteLeaveThePlaceAlone) {
  const Descriptor file(Make("abcdef"));
  EXPECT_EQ(pwrite(file, "XY", 2, 2), 2);
  std::string text(3, '.');
  EXPECT_EQ(pread(file, text.data(), 3, 1), 3);
  EXPECT_EQ(text, "bXY");
  EXPECT_EQ(Read(file), "abXYef");
  EXPECT_FAILS(pread(file, text.data(), 3, -1), EINVAL);
  const iovec parts[] = {{text.data(), 1}, {text.data() + 1, 2}};
  EXPECT_EQ(preadv(file, parts, 2, 3), 3);
  EXPECT_EQ(text, "Yef");
  EXPECT_EQ(pwritev(file, parts, 2, 0), 3);
  EXPECT_EQ(pread(file, text.data(), 2, 0), 2);
  EXPECT_EQ(text.substr(0, 2), "Ye");
  PipePair pipe;
  EXPECT_FAILS(pread(pipe.reader, text.data(), 1, 0), ESPIPE);
}

TEST_F(File, AnUnlinkedFileLivesUntilItIsClosed) {
  const Descriptor file(Make("still here"));
  ASSERT_EQ(unlink(kPath), 0);
  EXPECT_FAILS(open(kPath, O_RDONLY), ENOENT);
  EXPECT_EQ(Read(file), "still here");
  struct stat status = {};
  ASSERT_EQ(fstat(file, &status), 0);
  EXPECT_EQ(status.st_nlink, 0u);
}

TEST_F(File, StatTellsTypeModeAndTimes) {
  umask(027);
  const Descriptor file(open(kPath, O_RDWR | O_CREAT, 0666));
  umask(022);
  struct stat before = {}, after = {};
  ASSERT_EQ(stat(kPath, &before), 0);
  EXPECT_TRUE(S_ISREG(before.st_mode));
  EXPECT_EQ(before.st_mode & 0777, 0640u);
  EXPECT_EQ(before.st_nlink, 1u);
  ASSERT_EQ(fchmod(file, 0600), 0);
  ASSERT_EQ(Write(file, "x"), 1);
  ASSERT_EQ(stat(kPath, &after), 0);
  EXPECT_EQ(after.st_mode & 0777, 0600u);
  EXPECT_EQ(after.st_ino, before.st_ino);
  EXPECT_GE(after.st_mtim.tv_sec * 1'000'000'000 + after.st_mtim.tv_nsec,
            before.st_mtim.tv_sec * 1'000'000'000 + before.st_mtim.tv_nsec);
  const timespec times[] = {{.tv_sec = 1, .tv_nsec = 2}, {.tv_sec = 3, .tv_nsec = 4}};
  ASSERT_EQ(futimens(file, times), 0);
  ASSERT_EQ(stat(kPath, &after), 0);
  EXPECT_EQ(after.st_atim.tv_sec, 1);
  EXPECT_EQ(after.st_mtim.tv_nsec, 4);
}

TEST_F(File, ThereIsNoMoreRoomThanHalfOfTheMemory) {
  struct statvfs room = {};
  ASSERT_EQ(statvfs("/tmp", &room), 0);
  EXPECT_GT(room.f_bavail, 1000u);
  const Descriptor file(Make());
  // The largest file is smaller than what is left only on a machine of more than 2 GiB.
  const std::string block(1 << 20, 'x');
  std::uint64_t written = 0;
  ssize_t count = 0;
  while (written < (room.f_bavail + 1000) * room.f_bsize && (count = Write(file, block)) > 0) {
    written += static_cast<std::uint64_t>(count);
    if (written >= 64u << 20) break;
  }
  if (count < 0) EXPECT_EQ(errno, ENOSPC);
  struct statvfs after = {};
  ASSERT_EQ(statvfs("/tmp", &after), 0);
  EXPECT_LE(after.f_bavail + written / room.f_bsize, room.f_bavail);
  ASSERT_EQ(ftruncate(file, 0), 0);
  ASSERT_EQ(statvfs("/tmp", &after), 0);
  EXPECT_EQ(after.f_bavail, room.f_bavail);
}

TEST_F(File, AFileHasALargestSize) {
  const Descriptor file(Make());
  EXPECT_FAILS(ftruncate(file, off_t{1} << 40), EFBIG);
  char byte = 0;
  EXPECT_FAILS(pwrite(file, &byte, 1, off_t{1} << 40), EFBIG);
}

TEST_F(File, SendfileCopies) {
  const Descriptor from(Make(std::string(10'000, 'a')));
  const Descriptor to(open("/tmp/copy", O_RDWR | O_CREAT | O_TRUNC, 0600));
  EXPECT_EQ(sendfile(to, from, nullptr, 20'000), 10'000);
  EXPECT_EQ(SizeOf(to), 10'000);
  off_t place = 9'990;
  EXPECT_EQ(sendfile(to, from, &place, 100), 10);
  EXPECT_EQ(place, 10'000);
  unlink("/tmp/copy");
}

TEST_F(File, StdioAndStreamsWork) {
  std::FILE* const file = std::fopen(kPath, "w+");
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(std::fprintf(file, "%d lines\n", 2), 8);
  std::rewind(file);
  int lines = 0;
  EXPECT_EQ(std::fscanf(file, "%d", &lines), 1);
  EXPECT_EQ(lines, 2);
  EXPECT_EQ(std::fclose(file), 0);
  {
    std::ofstream out(kPath, std::ios::app);
    out << "more\n";
  }
  std::ifstream in(kPath);
  std::string first, second;
  std::getline(in, first);
  std::getline(in, second);
  EXPECT_EQ(first, "2 lines");
  EXPECT_EQ(second, "more");
}

TEST_F(File, FsyncHasNothingToDo) {
  const Descriptor file(Make("x"));
  EXPECT_EQ(fsync(file), 0);
  EXPECT_EQ(fdatasync(file), 0);
  EXPECT_FAILS(fsync(99), EBADF);
}

TEST(Devices, NullTakesAllAndGivesNothing) {
  const Descriptor null(open("/dev/null", O_RDWR));
  EXPECT_EQ(Write(null, "gone"), 4);
  EXPECT_EQ(Read(null), "");
  struct stat status = {};
  ASSERT_EQ(fstat(null, &status), 0);
  EXPECT_TRUE(S_ISCHR(status.st_mode));
}

TEST(Devices, ZeroGivesZeroesAndFullIsFull) {
  const Descriptor zero(open("/dev/zero", O_RDWR));
  EXPECT_EQ(Read(zero, 5), std::string(5, '\0'));
  EXPECT_EQ(Write(zero, "x"), 1);
  const Descriptor full(open("/dev/full", O_RDWR));
  EXPECT_FAILS(Write(full, "x"), ENOSPC);
  EXPECT_EQ(Read(full, 3), std::string(3, '\0'));
}

TEST(Devices, RandomNumbersComeFromTheGenerator) {
  for (const char* const path : {"/dev/random", "/dev/urandom"}) {
    const Descriptor random(open(path, O_RDONLY));
    const std::string first = Read(random, 32);
    const std::string second = Read(random, 32);
    EXPECT_EQ(first.size(), 32u);
    EXPECT_NE(first, second);
  }
}

TEST(Devices, TheConsoleCanBeOpened) {
  for (const char* const path : {"/dev/console", "/dev/tty"}) {
    const Descriptor console(open(path, O_WRONLY));
    EXPECT_EQ(Write(console, "written to a device\n"), 20);
  }
  const Descriptor output(open("/dev/stdout", O_WRONLY));
  EXPECT_EQ(Write(output, "and to another\n"), 15);
}

TEST(Embedded, FilesOfTheImageAreThereToRead) {
  const Descriptor file(open("/image/readme.txt", O_RDONLY));
  EXPECT_EQ(Read(file), "a file of the image\n");
  const Descriptor bytes(open("/image/deep/bytes.bin", O_RDONLY));
  EXPECT_EQ(Read(bytes), std::string("\0\1\xff\n", 4));
  const Descriptor empty(open("/image/empty", O_RDONLY));
  EXPECT_EQ(SizeOf(empty), 0);
  EXPECT_EQ(Read(empty), "");
}

TEST(Embedded, FilesOfTheImageCannotBeChanged) {
  EXPECT_FAILS(open("/image/readme.txt", O_RDWR), EROFS);
  EXPECT_FAILS(open("/image/readme.txt", O_RDONLY | O_TRUNC), EROFS);
  EXPECT_FAILS(open("/image/new", O_WRONLY | O_CREAT, 0600), EROFS);
  EXPECT_FAILS(unlink("/image/readme.txt"), EROFS);
  EXPECT_FAILS(truncate("/image/readme.txt", 0), EROFS);
  EXPECT_FAILS(rename("/image/readme.txt", "/tmp/readme.txt"), EROFS);
  EXPECT_FAILS(mkdir("/image/folder", 0700), EROFS);
  EXPECT_FAILS(chmod("/image/readme.txt", 0600), EROFS);
}

}  // namespace
}  // namespace posix
