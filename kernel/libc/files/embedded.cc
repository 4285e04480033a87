#include "kernel/libc/files/embedded.h"

namespace kernel::libc {
namespace {

constinit EmbeddedFiles* first = nullptr;

}  // namespace

void RegisterEmbeddedFiles(EmbeddedFiles& files) {
  files.next = first;
  first = &files;
}

EmbeddedFiles* FirstEmbeddedFiles() { return first; }

}  // namespace kernel::libc
