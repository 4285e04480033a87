#include <errno.h>

#include "kernel/libc/descriptor/buffers.h"
#include "kernel/libc/descriptor/console_file.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/table.h"
#include "kernel/libc/descriptor/transfer.h"

namespace kernel::libc {

long ReadFrom(int descriptor, Buffers& buffers) {
  const FileReference file = FindReadable(descriptor);
  if (!file) return -EBADF;
  ListenTo(*file);
  return RetryUntilReady(*file, [&] { return file->Read(buffers); }, file->ReadDeadline());
}

}  // namespace kernel::libc
