#include "kernel/libc/files/pages.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "kernel/base/address.h"
#include "kernel/base/result.h"
#include "kernel/memory/memory.h"

namespace kernel::libc {
namespace {

constinit std::uint64_t used_pages = 0;  // of all files, their indices included

void* TakePage() {
  if (used_pages >= FilePages::MostPages()) return nullptr;
  const Result<VirtualAddress> page = memory::AllocatePages(1);
  if (!page) return nullptr;
  ++used_pages;
  return reinterpret_cast<void*>(page->value);
}

void GivePage(void* page) {
  --used_pages;
  // Without a page for a page table it is lost, but the program goes on.
  (void)memory::FreePages({reinterpret_cast<std::uintptr_t>(page)}, 1);
}

// The part of [offset, +size) that lies in one page.
std::size_t PartInPage(std::uint64_t offset, std::size_t size) {
  return std::min<std::size_t>(size, kPageSize - offset % kPageSize);
}

}  // namespace

std::uint64_t FilePages::MostPages() { return memory::ReadCounters().total_bytes / kPageSize / 2; }
std::uint64_t FilePages::UsedPages() { return used_pages; }

std::byte* FilePages::Find(std::uint64_t page) const {
  if (root_ == nullptr || page >= kPointers * kPointers) return nullptr;
  const Index* const index = (*root_)[page / kPointers];
  return index == nullptr ? nullptr : (*index)[page % kPointers];
}

std::byte* FilePages::Make(std::uint64_t page) {
  if (std::byte* const found = Find(page); found != nullptr) return found;
  if (page >= kPointers * kPointers) return nullptr;
  if (root_ == nullptr) root_ = static_cast<std::array<Index*, kPointers>*>(TakePage());
  if (root_ == nullptr) return nullptr;
  Index*& index = (*root_)[page / kPointers];
  if (index == nullptr) index = static_cast<Index*>(TakePage());
  if (index == nullptr) return nullptr;
  std::byte*& bytes = (*index)[page % kPointers];
  bytes = static_cast<std::byte*>(TakePage());
  if (bytes != nullptr) ++count_;
  return bytes;
}

void FilePages::Read(std::uint64_t offset, std::byte* bytes, std::size_t size) const {
  while (size != 0) {
    const std::size_t part = PartInPage(offset, size);
    const std::byte* const page = Find(offset / kPageSize);
    if (page == nullptr) {
      __builtin_memset(bytes, 0, part);
    } else {
      __builtin_memcpy(bytes, page + offset % kPageSize, part);
    }
    offset += part;
    bytes += part;
    size -= part;
  }
}

std::size_t FilePages::Write(std::uint64_t offset, const std::byte* bytes, std::size_t size) {
  std::size_t written = 0;
  while (written != size) {
    const std::size_t part = PartInPage(offset, size - written);
    std::byte* const page = Make(offset / kPageSize);
    if (page == nullptr) break;
    __builtin_memcpy(page + offset % kPageSize, bytes + written, part);
    offset += part;
    written += part;
  }
  return written;
}

void FilePages::Cut(std::uint64_t size) {
  if (root_ == nullptr) return;
  if (std::byte* const page = Find(size / kPageSize); page != nullptr) {
    __builtin_memset(page + size % kPageSize, 0, kPageSize - size % kPageSize);
  }
  const std::uint64_t kept = RoundUp(size, kPageSize) / kPageSize;
  for (std::uint64_t i = kept / kPointers; i < kPointers; ++i) {
    Index*& index = (*root_)[i];
    if (index == nullptr) continue;
    const std::uint64_t first = i == kept / kPointers ? kept % kPointers : 0;
    for (std::uint64_t j = first; j < kPointers; ++j) {
      if ((*index)[j] == nullptr) continue;
      GivePage((*index)[j]);
      (*index)[j] = nullptr;
      --count_;
    }
    if (first != 0) continue;
    GivePage(index);
    index = nullptr;
  }
  if (kept != 0) return;
  GivePage(root_);
  root_ = nullptr;
}

}  // namespace kernel::libc
