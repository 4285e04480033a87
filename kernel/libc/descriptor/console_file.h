// The console as a file: the descriptors 0, 1 and 2, /dev/console and /dev/tty.
//
// Writing is polled and always possible. What is typed is the business of kernel/libc/terminal, which is in an image
// only where something reads or polls: it is reached through ListenTo, and from here only through weak references.
#ifndef ENKEL_KERNEL_LIBC_DESCRIPTOR_CONSOLE_FILE_H_
#define ENKEL_KERNEL_LIBC_DESCRIPTOR_CONSOLE_FILE_H_

#include "kernel/libc/descriptor/buffers.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/wait_queue.h"

namespace kernel::libc {

class ConsoleFile final : public File {
 public:
  constexpr explicit ConsoleFile(int flags) : File(flags, FileKind::kConsole) {}

  // A further one (opened_console.cc), which goes with its last descriptor. Null when no memory is left.
  static ConsoleFile* Make(int flags);

  long Read(Buffers& buffers) override;
  long Write(Buffers& buffers) override;
  long Describe(FileStatus& status) override;
  Events Poll() override;
  WaitQueue* changes() override;

 private:
  void Release() override;
  void (*release_)(ConsoleFile&) = nullptr;
};

// What descriptor 0 stands for at the start, and what 1 and 2 do.
extern constinit ConsoleFile console_input;
extern constinit ConsoleFile console_output;

// The typed lines (kernel/libc/terminal). One object, for weak references.
struct ConsoleInput {
  long (*read)(Buffers& buffers);  // as File::Read
  bool (*can_read)();
  WaitQueue* changes;
};
[[gnu::weak]] extern const ConsoleInput console_input_lines;

// kernel/libc/terminal. Does nothing in later calls.
void ListenToConsole();

// Called before a file is read or waited for. The first call for the console makes it listen to what is typed.
inline void ListenTo(const File& file) {
  if (file.kind() == FileKind::kConsole) ListenToConsole();
}

}  // namespace kernel::libc

#endif  // ENKEL_KERNEL_LIBC_DESCRIPTOR_CONSOLE_FILE_H_
