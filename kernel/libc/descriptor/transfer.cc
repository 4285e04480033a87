#include "kernel/libc/descriptor/transfer.h"

#include <errno.h>

#include <cstdint>

#include "kernel/libc/descriptor/buffers.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/table.h"

namespace kernel::libc {

long WriteTo(int descriptor, Buffers& buffers) {
  const FileReference file = FindWritable(descriptor);
  if (!file) return -EBADF;
  long written = 0;
  do {
    const long result = RetryUntilReady(*file, [&] { return file->Write(buffers); }, file->WriteDeadline());
    if (result == -EPIPE && &SignalBrokenPipe != nullptr) SignalBrokenPipe();
    if (result <= 0) return written == 0 ? result : written;
    written += result;
  } while (buffers.size() != 0 && !file->IsNonBlocking());
  return written;
}

long SeekIn(int descriptor, std::int64_t offset, int origin) {
  const FileReference file = FindFile(descriptor);
  return file ? file->Seek(offset, origin) : -EBADF;
}

}  // namespace kernel::libc
