#include "boards/linux/environment.h"

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "boards/linux/paths.h"
#include "boards/linux/system_call.h"

namespace board {
namespace {

// Linux uapi linux/fcntl.h.
constexpr int AT_FDCWD = -100;
constexpr int O_RDONLY = 0;

// Takes the bytes NAME=VALUE, 0, NAME=VALUE, 0, ... one by one and keeps the value of one name.
class Search {
 public:
  Search(std::string_view name, std::span<char> storage) : name_(name), storage_(storage) {}

  // False: the value is complete.
  bool Take(char byte) {
    if (byte == '\0') {
      if (in_value_) return false;
      matched_ = 0;
      is_other_ = false;
    } else if (in_value_) {
      if (size_ < storage_.size()) storage_[size_] = byte;
      ++size_;
    } else if (!is_other_ && matched_ == name_.size() && byte == '=') {
      in_value_ = true;
    } else if (!is_other_ && matched_ < name_.size() && byte == name_[matched_]) {
      ++matched_;
    } else {
      is_other_ = true;
    }
    return true;
  }

  std::string_view value() const {
    return size_ <= storage_.size() ? std::string_view(storage_.data(), size_) : std::string_view();
  }

 private:
  std::string_view name_;
  std::span<char> storage_;
  std::size_t matched_ = 0;  // characters of the name
  bool is_other_ = false;    // this variable is not the one
  bool in_value_ = false;
  std::size_t size_ = 0;
};

}  // namespace

std::string_view ReadEnvironment(std::string_view name, std::span<char> storage) {
  const int file = static_cast<int>(linux_abi::EnkelLinuxOpenAt(AT_FDCWD, kEnvironmentPath, O_RDONLY, 0));
  if (file < 0) return {};
  Search search(name, storage);
  std::array<char, 512> bytes;
  bool is_searching = true;
  while (is_searching) {
    const long size = linux_abi::EnkelLinuxRead(file, bytes.data(), bytes.size());
    if (size <= 0) break;
    for (const char byte : std::span(bytes).first(static_cast<std::size_t>(size))) {
      is_searching = search.Take(byte);
      if (!is_searching) break;
    }
  }
  linux_abi::EnkelLinuxClose(file);
  return search.value();
}

}  // namespace board
