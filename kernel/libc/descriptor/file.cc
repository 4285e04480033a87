#include "kernel/libc/descriptor/file.h"

#include <errno.h>

#include <cstdint>

#include "kernel/base/time.h"
#include "kernel/libc/descriptor/buffers.h"
#include "kernel/libc/descriptor/wait_queue.h"

namespace kernel::libc {

long File::Read(Buffers&) { return -EINVAL; }
long File::Write(Buffers&) { return -EINVAL; }
long File::ReadAt(Buffers&, std::int64_t) { return -ESPIPE; }
long File::WriteAt(Buffers&, std::int64_t) { return -ESPIPE; }
long File::Seek(std::int64_t, int) { return -ESPIPE; }
long File::Truncate(std::int64_t) { return -EINVAL; }
long File::Control(unsigned long, void*) { return -ENOTTY; }

// What Linux says of files without a name: no type.
long File::Describe(FileStatus& status) {
  status.mode = S_IRUSR | S_IWUSR;
  return 0;
}

Events File::Poll() { return kCanRead | kCanWrite; }
WaitQueue* File::changes() { return nullptr; }
Instant File::NextChange() { return kNever; }
Instant File::ReadDeadline() { return kNever; }
Instant File::WriteDeadline() { return kNever; }
void File::Release() {}

void FileReference::ReleaseLast(File& file) {
  if (WaitQueue* const changes = file.changes(); changes != nullptr) changes->Abandon();
  file.Release();
}

}  // namespace kernel::libc
