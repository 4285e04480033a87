#include <cstddef>
#include <span>

#include "boards/linux/paths.h"
#include "boards/linux/system_call.h"
#include "kernel/arch/hosted/host.h"

namespace kernel::arch::host {
namespace {

// Linux uapi linux/fcntl.h.
constexpr int AT_FDCWD = -100;
constexpr int O_RDONLY = 0;

}  // namespace

MappingsText::MappingsText()
    : file_(static_cast<int>(board::linux_abi::EnkelLinuxOpenAt(AT_FDCWD, board::kMappingsPath, O_RDONLY, 0))) {}

MappingsText::~MappingsText() {
  if (file_ >= 0) board::linux_abi::EnkelLinuxClose(file_);
}

std::size_t MappingsText::Read(std::span<char> buffer) {
  const long size = file_ < 0 ? 0 : board::linux_abi::EnkelLinuxRead(file_, buffer.data(), buffer.size());
  return size < 0 ? 0 : static_cast<std::size_t>(size);
}

}  // namespace kernel::arch::host
