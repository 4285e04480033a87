#include "kernel/libc/descriptor/console_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cstddef>
#include <span>

#include "kernel/boot/board.h"
#include "kernel/libc/descriptor/buffers.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/wait_queue.h"

namespace kernel::libc {

constinit ConsoleFile console_input(O_RDONLY);
constinit ConsoleFile console_output(O_WRONLY);

long ConsoleFile::Read(Buffers& buffers) {
  // Whoever reads has linked the lines: read_from.cc refers to them.
  return &console_input_lines == nullptr ? 0 : console_input_lines.read(buffers);
}

long ConsoleFile::Write(Buffers& buffers) {
  return static_cast<long>(buffers.Take(buffers.size(), [](std::span<std::byte> piece) {
    board::ConsoleWrite({reinterpret_cast<const char*>(piece.data()), piece.size()});
  }));
}

long ConsoleFile::Describe(FileStatus& status) {
  status.mode = S_IFCHR | S_IRUSR | S_IWUSR;
  status.device = 5 << 8 | 1;  // Linux' number of the console
  return 0;
}

Events ConsoleFile::Poll() {
  const bool can_read = IsReadable() && &console_input_lines != nullptr && console_input_lines.can_read();
  return (can_read ? kCanRead : 0) | (IsWritable() ? kCanWrite : 0);
}

void ConsoleFile::Release() {
  if (release_ != nullptr) release_(*this);
}

WaitQueue* ConsoleFile::changes() { return &console_input_lines == nullptr ? nullptr : console_input_lines.changes; }

}  // namespace kernel::libc
