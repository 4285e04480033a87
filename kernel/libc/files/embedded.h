// Files that are part of the image (toolchain/embedded_files.bzl): their bytes lie among its constants, read-only, and
// are never copied.
#ifndef ENKEL_KERNEL_LIBC_FILES_EMBEDDED_H_
#define ENKEL_KERNEL_LIBC_FILES_EMBEDDED_H_

#include <cstddef>

namespace kernel::libc {

struct EmbeddedFile {
  const char* path;  // absolute: "/www/index.html"
  const void* bytes;
  std::size_t size;
};

// The files of one embedded_files() rule.
struct EmbeddedFiles {
  const EmbeddedFile* files;
  std::size_t count;
  EmbeddedFiles* next = nullptr;
};

// Makes the files appear when the first path is looked up. Called by a static constructor of the rule's library.
void RegisterEmbeddedFiles(EmbeddedFiles& files);

// What was registered, in no order.
EmbeddedFiles* FirstEmbeddedFiles();

}  // namespace kernel::libc

#endif  // ENKEL_KERNEL_LIBC_FILES_EMBEDDED_H_
