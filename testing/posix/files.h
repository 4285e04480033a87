// What several of these tests share: descriptors that close themselves, and an errno that is told with its call.
#ifndef ENKEL_TESTING_POSIX_FILES_H_
#define ENKEL_TESTING_POSIX_FILES_H_

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

#include "gtest/gtest.h"

namespace posix {

// EXPECT_FAILS(read(9, &byte, 1), EBADF)
#define EXPECT_FAILS(call, error)       \
  do {                                  \
    errno = 0;                          \
    EXPECT_EQ((call), -1) << #call;     \
    EXPECT_EQ(errno, (error)) << #call; \
  } while (false)

// An open descriptor; the end of the scope closes it.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) { EXPECT_GE(number, 0) << "errno " << errno; }
  Descriptor(Descriptor&& other) : number_(std::exchange(other.number_, -1)) {}
  ~Descriptor() { Close(); }

  operator int() const { return number_; }
  void Close() {
    if (number_ >= 0) EXPECT_EQ(close(std::exchange(number_, -1)), 0);
  }

 private:
  int number_;
};

struct PipePair {
  explicit PipePair(int flags = 0) : PipePair(Make(flags)) {}

  Descriptor reader;
  Descriptor writer;

 private:
  explicit PipePair(std::pair<int, int> ends) : reader(ends.first), writer(ends.second) {}
  static std::pair<int, int> Make(int flags) {
    int ends[2] = {-1, -1};
    EXPECT_EQ(pipe2(ends, flags), 0);
    return {ends[0], ends[1]};
  }
};

// What poll says of one descriptor now.
inline short Ready(int descriptor, short wanted = POLLIN | POLLOUT) {
  pollfd file = {.fd = descriptor, .events = wanted, .revents = 0};
  EXPECT_GE(poll(&file, 1, 0), 0);
  return file.revents;
}

inline ssize_t Write(int descriptor, std::string_view text) { return write(descriptor, text.data(), text.size()); }

// What one read of up to `size` bytes gives.
inline std::string Read(int descriptor, std::size_t size = 4096) {
  std::string text(size, '\0');
  const ssize_t count = read(descriptor, text.data(), size);
  EXPECT_GE(count, 0) << "errno " << errno;
  text.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
  return text;
}

}  // namespace posix

#endif  // ENKEL_TESTING_POSIX_FILES_H_
