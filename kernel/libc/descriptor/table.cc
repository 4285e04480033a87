#include "kernel/libc/descriptor/table.h"

#include <errno.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "kernel/base/address.h"
#include "kernel/base/result.h"
#include "kernel/libc/descriptor/console_file.h"
#include "kernel/libc/descriptor/transfer.h"
#include "kernel/memory/memory.h"

namespace kernel::libc {

constinit int descriptor_limit = 1024;

namespace {

struct Slot {
  FileReference file;
  bool close_on_exec = false;
};

constexpr int kChunkSlots = kPageSize / sizeof(Slot);
using Chunk = std::array<Slot, kChunkSlots>;
static_assert(sizeof(Chunk) == kPageSize && kMostDescriptors % kChunkSlots == 0);

[[clang::no_destroy]] constinit Chunk first_chunk;
constinit std::array<Chunk*, kMostDescriptors / kChunkSlots> chunks = {&first_chunk};
constinit bool has_streams = false;
constinit int lowest_free = 0;  // no lower descriptor is free

// The console is open from the start; not a constant, which would store the whole chunk in the image.
void OpenStreams() {
  has_streams = true;
  first_chunk[0].file = FileReference(console_input);
  first_chunk[1].file = FileReference(console_output);
  first_chunk[2].file = FileReference(console_output);
}

// Null where no descriptor so large was ever open.
Slot* SlotOf(int descriptor) {
  if (!has_streams) OpenStreams();
  if (descriptor < 0 || descriptor >= kMostDescriptors) return nullptr;
  Chunk* const chunk = chunks[static_cast<std::size_t>(descriptor / kChunkSlots)];
  return chunk == nullptr ? nullptr : &(*chunk)[static_cast<std::size_t>(descriptor % kChunkSlots)];
}

Slot* OpenSlotOf(int descriptor) {
  Slot* const slot = SlotOf(descriptor);
  return slot != nullptr && slot->file ? slot : nullptr;
}

// Makes sure that a valid descriptor has a slot. Null when no page is left.
Slot* MakeSlot(int descriptor) {
  if (Slot* const slot = SlotOf(descriptor); slot != nullptr) return slot;
  const Result<VirtualAddress> page = memory::AllocatePages(1);
  if (!page) return nullptr;
  // Zeroes are empty slots.
  chunks[static_cast<std::size_t>(descriptor / kChunkSlots)] = reinterpret_cast<Chunk*>(page->value);
  return SlotOf(descriptor);
}

}  // namespace

FileReference FindFile(int descriptor) {
  const Slot* const slot = OpenSlotOf(descriptor);
  return slot == nullptr ? FileReference() : slot->file.Share();
}

FileReference FindReadable(int descriptor) {
  FileReference file = FindFile(descriptor);
  return file && file->IsReadable() ? std::move(file) : FileReference();
}

FileReference FindWritable(int descriptor) {
  FileReference file = FindFile(descriptor);
  return file && file->IsWritable() ? std::move(file) : FileReference();
}

long Install(const FileReference& file, bool close_on_exec, int least) {
  int descriptor = std::max(least, lowest_free);
  while (OpenSlotOf(descriptor) != nullptr) ++descriptor;
  if (descriptor >= descriptor_limit) return -EMFILE;
  Slot* const slot = MakeSlot(descriptor);
  if (slot == nullptr) return -ENOMEM;
  slot->file = file.Share();
  slot->close_on_exec = close_on_exec;
  if (least <= lowest_free) lowest_free = descriptor + 1;
  return descriptor;
}

long Replace(int descriptor, const FileReference& file, bool close_on_exec) {
  if (descriptor < 0 || descriptor >= descriptor_limit) return -EBADF;
  Slot* const slot = MakeSlot(descriptor);
  if (slot == nullptr) return -ENOMEM;
  const FileReference old = std::exchange(slot->file, file.Share());
  slot->close_on_exec = close_on_exec;
  return descriptor;
}

long CloseDescriptor(int descriptor) {
  Slot* const slot = OpenSlotOf(descriptor);
  if (slot == nullptr) return -EBADF;
  const FileReference old = std::move(slot->file);
  lowest_free = std::min(lowest_free, descriptor);
  return 0;
}

bool IsCloseOnExec(int descriptor) {
  const Slot* const slot = OpenSlotOf(descriptor);
  return slot != nullptr && slot->close_on_exec;
}

void SetCloseOnExec(int descriptor, bool close_on_exec) {
  if (Slot* const slot = OpenSlotOf(descriptor); slot != nullptr) slot->close_on_exec = close_on_exec;
}

constinit const StreamHooks stream_hooks = {.write = &WriteTo, .seek = &SeekIn, .close = &CloseDescriptor};

}  // namespace kernel::libc
