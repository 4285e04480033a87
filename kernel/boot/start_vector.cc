#include "kernel/boot/start_vector.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/address.h"
#include "kernel/base/check.h"

// kernel/boot/image.ld; weak, because a process on Linux is linked without it (and never makes a StartVector).
extern "C" {
[[gnu::weak]] extern std::byte __image_start[];
[[gnu::weak]] extern std::byte __image_end[];
[[gnu::weak]] extern std::byte __eh_frame_hdr_start[];
[[gnu::weak]] extern std::byte __eh_frame_hdr_end[];
[[gnu::weak]] extern std::byte __tls_start[];
[[gnu::weak]] extern std::byte __tdata_end[];
[[gnu::weak]] extern std::byte __tls_size[];   // an absolute symbol: bytes
[[gnu::weak]] extern std::byte __tls_align[];  // an absolute symbol: bytes
}

namespace kernel::boot {
namespace {

// [ELF] p_type and p_flags.
constexpr std::uint32_t PT_LOAD = 1;
constexpr std::uint32_t PT_TLS = 7;
constexpr std::uint32_t PT_GNU_EH_FRAME = 0x6474e550;
constexpr std::uint32_t PF_R = 4;

// [x86-64 ABI] 3.4.3 auxiliary vector.
constexpr std::uint64_t AT_NULL = 0;
constexpr std::uint64_t AT_PHDR = 3;
constexpr std::uint64_t AT_PHENT = 4;
constexpr std::uint64_t AT_PHNUM = 5;
constexpr std::uint64_t AT_PAGESZ = 6;
constexpr std::uint64_t AT_UID = 11;
constexpr std::uint64_t AT_EUID = 12;
constexpr std::uint64_t AT_GID = 13;
constexpr std::uint64_t AT_EGID = 14;
constexpr std::uint64_t AT_SECURE = 23;
constexpr std::uint64_t AT_RANDOM = 25;

std::uint64_t ValueOf(const void* pointer) { return reinterpret_cast<std::uint64_t>(pointer); }

ProgramHeader Header(std::uint32_t type, const std::byte* start, std::uint64_t file_size, std::uint64_t memory_size,
                     std::uint64_t alignment) {
  return {.p_type = type,
          .p_flags = PF_R,
          .p_offset = 0,
          .p_vaddr = ValueOf(start),
          .p_paddr = ValueOf(start),
          .p_filesz = file_size,
          .p_memsz = memory_size,
          .p_align = alignment};
}

}  // namespace

StartVector::StartVector(const std::array<std::uint64_t, 2>& seed, std::span<const char* const> arguments,
                         std::span<const char* const> variables)
    : seed_(seed) {
  const std::uint64_t image_size = ValueOf(__image_end) - ValueOf(__image_start);
  const std::uint64_t unwind_size = ValueOf(__eh_frame_hdr_end) - ValueOf(__eh_frame_hdr_start);
  headers_ = {
      Header(PT_LOAD, __image_start, image_size, image_size, kPageSize),
      Header(PT_TLS, __tls_start, ValueOf(__tdata_end) - ValueOf(__tls_start), ValueOf(__tls_size),
             ValueOf(__tls_align)),
      Header(PT_GNU_EH_FRAME, __eh_frame_hdr_start, unwind_size, unwind_size, alignof(std::uint32_t)),
  };

  std::size_t used = 0;
  auto add = [&](std::uint64_t word) {
    CHECK(used < words_.size());
    words_[used++] = word;
  };
  auto add_auxiliary = [&](std::uint64_t type, std::uint64_t value) {
    add(type);
    add(value);
  };

  add(arguments.size());
  for (const char* const word : arguments) add(ValueOf(word));
  add(0);
  for (const char* const word : variables) add(ValueOf(word));
  add(0);
  add_auxiliary(AT_PHDR, ValueOf(headers_.data()));
  add_auxiliary(AT_PHENT, sizeof(ProgramHeader));
  add_auxiliary(AT_PHNUM, headers_.size());
  add_auxiliary(AT_PAGESZ, kPageSize);
  add_auxiliary(AT_UID, 0);
  add_auxiliary(AT_EUID, 0);
  add_auxiliary(AT_GID, 0);
  add_auxiliary(AT_EGID, 0);
  add_auxiliary(AT_SECURE, 0);
  add_auxiliary(AT_RANDOM, ValueOf(seed_.data()));
  add_auxiliary(AT_NULL, 0);
}

}  // namespace kernel::boot
