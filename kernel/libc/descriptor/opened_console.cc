#include "kernel/libc/descriptor/console_file.h"
#include "kernel/libc/descriptor/pool.h"

namespace kernel::libc {
namespace {

constinit Pool<ConsoleFile> consoles;

}  // namespace

ConsoleFile* ConsoleFile::Make(int flags) {
  ConsoleFile* const made = consoles.New(flags);
  if (made != nullptr) made->release_ = [](ConsoleFile& file) { consoles.Delete(file); };
  return made;
}

}  // namespace kernel::libc
