// [POSIX] 4.13 Pathname Resolution, mkdir, rmdir, rename, unlink, symlink, readdir, chdir, getcwd, access; and
// std::filesystem on them.
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "testing/posix/files.h"

namespace posix {
namespace {

namespace fs = std::filesystem;

class Directory : public testing::Test {
 protected:
  Directory() {
    EXPECT_EQ(mkdir("/tmp/d", 0755), 0);
    EXPECT_EQ(chdir("/tmp/d"), 0);
  }
  ~Directory() override {
    EXPECT_EQ(chdir("/"), 0);
    fs::remove_all("/tmp/d");
  }

  static void Touch(const char* path, std::string_view text = "") {
    const Descriptor file(open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600));
    Write(file, text);
  }
  static std::string Contents(const char* path) { return Read(Descriptor(open(path, O_RDONLY))); }
  static std::vector<std::string> List(const char* path) {
    std::vector<std::string> names;
    DIR* const directory = opendir(path);
    EXPECT_NE(directory, nullptr);
    if (directory == nullptr) return names;
    while (const dirent* const entry = readdir(directory)) names.push_back(entry->d_name);
    closedir(directory);
    std::ranges::sort(names);
    return names;
  }
};

using Names = std::vector<std::string>;

TEST_F(Directory, TheRootHoldsDevicesTmpAndTheImagesFiles) {
  EXPECT_EQ(List("/"), (Names{".", "..", "dev", "image", "tmp"}));
  EXPECT_EQ(List("/dev"), (Names{".", "..", "console", "full", "null", "random", "stderr", "stdin", "stdout", "tty",
                                 "urandom", "zero"}));
  EXPECT_EQ(List("/image"), (Names{".", "..", "deep", "empty", "readme.txt"}));
}

TEST_F(Directory, EntriesComeAndGo) {
  Touch("b");
  Touch("a");
  ASSERT_EQ(mkdir("c", 0700), 0);
  EXPECT_EQ(List("."), (Names{".", "..", "a", "b", "c"}));
  ASSERT_EQ(unlink("a"), 0);
  ASSERT_EQ(rmdir("c"), 0);
  EXPECT_EQ(List("/tmp/d"), (Names{".", "..", "b"}));
}

TEST_F(Directory, ReadingGoesOnWhileEntriesAreRemoved) {
  for (int i = 0; i < 300; ++i) Touch(("file_with_a_long_name_" + std::to_string(i)).c_str());
  DIR* const directory = opendir(".");
  ASSERT_NE(directory, nullptr);
  std::set<std::string> names;
  while (const dirent* const entry = readdir(directory)) {
    if (entry->d_name[0] == '.') continue;
    EXPECT_EQ(entry->d_type, DT_REG);
    EXPECT_TRUE(names.insert(entry->d_name).second);
    EXPECT_EQ(unlink(entry->d_name), 0);
  }
  EXPECT_EQ(names.size(), 300u);
  rewinddir(directory);
  EXPECT_STREQ(readdir(directory)->d_name, ".");
  closedir(directory);
}

TEST_F(Directory, PathsAreResolvedNameByName) {
  ASSERT_EQ(mkdir("sub", 0700), 0);
  Touch("sub/file", "x");
  EXPECT_EQ(Contents("/tmp/d/sub/file"), "x");
  EXPECT_EQ(Contents("//tmp///d/./sub/../sub/file"), "x");
  EXPECT_EQ(Contents("/../../tmp/d/sub/file"), "x");
  EXPECT_FAILS(open("sub/file/", O_RDONLY), ENOTDIR);
  EXPECT_FAILS(open("sub/file/more", O_RDONLY), ENOTDIR);
  EXPECT_FAILS(open("none/file", O_RDONLY), ENOENT);
  EXPECT_FAILS(open("", O_RDONLY), ENOENT);
  EXPECT_FAILS(open("sub/", O_RDWR), EISDIR);
  EXPECT_FAILS(open("new/", O_WRONLY | O_CREAT, 0600), EISDIR);
  EXPECT_FAILS(open(std::string(NAME_MAX + 1, 'n').c_str(), O_RDONLY), ENAMETOOLONG);
  EXPECT_FAILS(open(std::string(PATH_MAX, '/').c_str(), O_RDONLY), ENAMETOOLONG);
  Touch(std::string(NAME_MAX, 'n').c_str());
}

TEST_F(Directory, CallsWithADirectoryStartThere) {
  ASSERT_EQ(mkdir("sub", 0700), 0);
  Touch("sub/file", "x");
  const Descriptor sub(open("sub", O_RDONLY | O_DIRECTORY));
  ASSERT_EQ(chdir("/"), 0);
  EXPECT_EQ(Read(Descriptor(openat(sub, "file", O_RDONLY))), "x");
  EXPECT_EQ(mkdirat(sub, "deeper", 0700), 0);
  EXPECT_EQ(renameat(sub, "file", sub, "deeper/file"), 0);
  struct stat status = {};
  EXPECT_EQ(fstatat(sub, "deeper/file", &status, 0), 0);
  EXPECT_EQ(fstatat(sub, "", &status, AT_EMPTY_PATH), 0);
  EXPECT_TRUE(S_ISDIR(status.st_mode));
  EXPECT_EQ(unlinkat(sub, "deeper/file", 0), 0);
  EXPECT_EQ(unlinkat(sub, "deeper", AT_REMOVEDIR), 0);
  EXPECT_FAILS(openat(99, "file", O_RDONLY), EBADF);
  PipePair pipe;
  EXPECT_FAILS(openat(pipe.reader, "file", O_RDONLY), ENOTDIR);
  EXPECT_EQ(fchdir(sub), 0);
  std::array<char, PATH_MAX> path;
  EXPECT_STREQ(getcwd(path.data(), path.size()), "/tmp/d/sub");
}

TEST_F(Directory, RenamingMovesAndReplaces) {
  Touch("a", "from a");
  Touch("b", "from b");
  ASSERT_EQ(rename("a", "b"), 0);
  EXPECT_EQ(Contents("b"), "from a");
  EXPECT_FAILS(rename("a", "c"), ENOENT);
  ASSERT_EQ(mkdir("sub", 0700), 0);
  ASSERT_EQ(rename("b", "sub/c"), 0);
  EXPECT_EQ(Contents("sub/c"), "from a");
  EXPECT_FAILS(rename("sub", "sub/inside"), EINVAL);
  ASSERT_EQ(mkdir("empty", 0700), 0);
  EXPECT_FAILS(rename("empty", "sub"), ENOTEMPTY);
  EXPECT_EQ(rename("sub", "empty"), 0);
  EXPECT_EQ(Contents("empty/c"), "from a");
  Touch("file");
  EXPECT_FAILS(rename("file", "empty"), EISDIR);
  EXPECT_FAILS(rename("empty", "file"), ENOTDIR);
  EXPECT_EQ(rename("file", "file"), 0);
}

TEST_F(Directory, RemovingAsksForTheRightKind) {
  ASSERT_EQ(mkdir("sub", 0700), 0);
  Touch("sub/file");
  EXPECT_FAILS(rmdir("sub"), ENOTEMPTY);
  EXPECT_FAILS(unlink("sub"), EISDIR);
  EXPECT_FAILS(rmdir("sub/file"), ENOTDIR);
  EXPECT_FAILS(rmdir("."), EINVAL);
  EXPECT_FAILS(rmdir("/"), EBUSY);
  EXPECT_FAILS(rmdir("/tmp"), EROFS);
  EXPECT_FAILS(mkdir("sub", 0700), EEXIST);
  EXPECT_FAILS(mkdir("/", 0700), EEXIST);
}

TEST_F(Directory, AWorkingDirectoryThatIsRemovedIsEmpty) {
  ASSERT_EQ(mkdir("sub", 0700), 0);
  ASSERT_EQ(chdir("sub"), 0);
  ASSERT_EQ(rmdir("/tmp/d/sub"), 0);
  EXPECT_FAILS(open("file", O_WRONLY | O_CREAT, 0600), ENOENT);
  std::array<char, PATH_MAX> path;
  EXPECT_EQ(getcwd(path.data(), path.size()), nullptr);
  EXPECT_EQ(errno, ENOENT);
  EXPECT_EQ(chdir("/tmp/d"), 0);
}

TEST_F(Directory, LinksLeadElsewhere) {
  Touch("file", "through a link");
  ASSERT_EQ(symlink("file", "link"), 0);
  EXPECT_EQ(Contents("link"), "through a link");
  std::array<char, 10> target = {};
  EXPECT_EQ(readlink("link", target.data(), target.size()), 4);
  EXPECT_STREQ(target.data(), "file");
  struct stat status = {};
  ASSERT_EQ(lstat("link", &status), 0);
  EXPECT_TRUE(S_ISLNK(status.st_mode));
  EXPECT_EQ(status.st_size, 4);
  ASSERT_EQ(stat("link", &status), 0);
  EXPECT_TRUE(S_ISREG(status.st_mode));
  EXPECT_FAILS(open("link", O_RDONLY | O_NOFOLLOW), ELOOP);
  EXPECT_FAILS(readlink("file", target.data(), target.size()), EINVAL);
  EXPECT_FAILS(symlink("other", "link"), EEXIST);

  ASSERT_EQ(mkdir("sub", 0700), 0);
  ASSERT_EQ(symlink("/tmp/d/sub/", "folder"), 0);
  Touch("folder/new", "made through a link");
  EXPECT_EQ(Contents("sub/new"), "made through a link");
  ASSERT_EQ(symlink("made", "dangling"), 0);
  EXPECT_FAILS(open("dangling", O_RDONLY), ENOENT);
  Touch("dangling", "y");
  EXPECT_EQ(Contents("made"), "y");
  ASSERT_EQ(unlink("link"), 0);
  EXPECT_EQ(Contents("file"), "through a link");
}

TEST_F(Directory, LinksInACircleAreNoticed) {
  ASSERT_EQ(symlink("b", "a"), 0);
  ASSERT_EQ(symlink("a", "b"), 0);
  EXPECT_FAILS(open("a", O_RDONLY), ELOOP);
  ASSERT_EQ(symlink("self/x", "self"), 0);
  EXPECT_FAILS(open("self", O_RDONLY), ELOOP);
}

TEST_F(Directory, AccessSaysWhatCanBeDone) {
  Touch("file");
  EXPECT_EQ(access("file", F_OK), 0);
  EXPECT_EQ(access("file", R_OK | W_OK), 0);
  EXPECT_FAILS(access("file", X_OK), EACCES);
  EXPECT_FAILS(access("none", F_OK), ENOENT);
  EXPECT_FAILS(access("/image/readme.txt", W_OK), EROFS);
  EXPECT_EQ(access("/tmp", R_OK | W_OK | X_OK), 0);
}

TEST_F(Directory, GetcwdNeedsRoom) {
  std::array<char, PATH_MAX> path;
  EXPECT_STREQ(getcwd(path.data(), path.size()), "/tmp/d");
  EXPECT_EQ(getcwd(path.data(), 6), nullptr);
  EXPECT_EQ(errno, ERANGE);
  EXPECT_STREQ(getcwd(path.data(), 7), "/tmp/d");
}

TEST_F(Directory, ADirectoryIsNotRead) {
  const Descriptor directory(open(".", O_RDONLY));
  char byte = 0;
  EXPECT_FAILS(read(directory, &byte, 1), EISDIR);
}

TEST_F(Directory, TheStandardLibrarysFilesystemWorks) {
  fs::create_directories("x/y/z");
  std::ofstream("x/y/file") << "twelve bytes";
  EXPECT_EQ(fs::file_size("x/y/file"), 12u);
  EXPECT_TRUE(fs::copy_file("x/y/file", "x/y/z/copy"));
  EXPECT_EQ(fs::file_size("x/y/z/copy"), 12u);
  fs::rename("x/y/z/copy", "moved");
  fs::create_symlink("moved", "link");
  EXPECT_EQ(fs::read_symlink("link"), "moved");
  EXPECT_TRUE(fs::is_symlink("link"));
  fs::resize_file("moved", 3);
  EXPECT_EQ(Contents("link"), "twe");
  std::set<std::string> found;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(".")) found.insert(entry.path().string());
  EXPECT_EQ(found, (std::set<std::string>{"./link", "./moved", "./x", "./x/y", "./x/y/file", "./x/y/z"}));
  EXPECT_EQ(fs::current_path(), "/tmp/d");
  EXPECT_EQ(fs::canonical("x/../link"), "/tmp/d/moved");
  EXPECT_GT(fs::space("/tmp").available, 0u);
  unsetenv("TMPDIR");  // the board linux has its environment from Linux
  EXPECT_EQ(fs::temp_directory_path(), "/tmp");
  EXPECT_EQ(fs::remove_all("x"), 4u);
  EXPECT_FALSE(fs::exists("x"));
}

}  // namespace
}  // namespace posix
