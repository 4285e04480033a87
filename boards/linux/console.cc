#include <cstdint>
#include <string_view>

#include "boards/linux/system_call.h"
#include "kernel/boot/board.h"

namespace board {
namespace {

constexpr int kStandardOutput = 1;

void WaitUntilWritable() {
  linux_abi::PollFd file = {kStandardOutput, linux_abi::POLLOUT, 0};
  linux_abi::EnkelLinuxPPoll(&file, 1, nullptr, nullptr, 0);
}

}  // namespace

// Text that standard output will never take (closed, full disc) is lost: there is no one to tell.
void ConsoleWrite(std::string_view text) {
  while (!text.empty()) {
    const long written = linux_abi::EnkelLinuxWrite(kStandardOutput, text.data(), text.size());
    if (written > 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (written == -linux_abi::EAGAIN) {
      WaitUntilWritable();
    } else if (written != -linux_abi::EINTR) {
      return;
    }
  }
}

}  // namespace board
