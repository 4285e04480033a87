// The bytes of a file in /tmp: pages of RAM, taken when they are written to.
#ifndef ENKEL_KERNEL_LIBC_FILES_PAGES_H_
#define ENKEL_KERNEL_LIBC_FILES_PAGES_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernel/base/address.h"

namespace kernel::libc {

class FilePages {
 public:
  static constexpr std::uint64_t kPointers = kPageSize / sizeof(void*);
  static constexpr std::uint64_t kLargest = kPointers * kPointers * kPageSize;  // bytes: 1 GiB

  constexpr FilePages() = default;
  FilePages(const FilePages&) = delete;
  FilePages& operator=(const FilePages&) = delete;

  // Copies `size` bytes from `offset` on out to `bytes`; what was never written is zero.
  void Read(std::uint64_t offset, std::byte* bytes, std::size_t size) const;

  // Copies bytes in; returns how many, which is less where no memory is left or the file would be larger than kLargest.
  std::size_t Write(std::uint64_t offset, const std::byte* bytes, std::size_t size);

  // Gives back what lies at and behind `size`, and makes the rest of its page zero.
  void Cut(std::uint64_t size);

  // Its first page; null where nothing was written there.
  const std::byte* first_page() const { return Find(0); }

  std::uint64_t count() const { return count_; }  // pages of contents

  // All files together hold no more than half of the RAM, so that the program keeps the other half.
  static std::uint64_t MostPages();
  static std::uint64_t UsedPages();

 private:
  using Index = std::array<std::byte*, kPointers>;

  std::byte* Find(std::uint64_t page) const;
  std::byte* Make(std::uint64_t page);

  std::array<Index*, kPointers>* root_ = nullptr;
  std::uint64_t count_ = 0;
};

}  // namespace kernel::libc

#endif  // ENKEL_KERNEL_LIBC_FILES_PAGES_H_
