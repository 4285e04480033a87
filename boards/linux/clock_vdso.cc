#include "boards/linux/clock_vdso.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "boards/linux/system_call.h"

namespace board {
namespace {

constexpr std::uint64_t AT_NULL = 0;
constexpr std::uint64_t AT_SYSINFO_EHDR = 33;  // Linux uapi linux/auxvec.h

// The name that each CPU's function has. [vdso(7)]
constexpr std::string_view kNames[] = {"__vdso_clock_gettime", "__kernel_clock_gettime"};

// [ELF] 4, Elf64_Ehdr: where the section headers are, how large each is, and how many there are.
constexpr std::size_t kSectionHeadersAt = 40;
constexpr std::size_t kSectionHeaderSizeAt = 58;
constexpr std::size_t kSectionCountAt = 60;

struct SectionHeader {
  std::uint32_t name;
  std::uint32_t type;
  std::uint64_t flags;
  std::uint64_t address;
  std::uint64_t offset;
  std::uint64_t size;
  std::uint32_t link;
  std::uint32_t info;
  std::uint64_t alignment;
  std::uint64_t entry_size;
};
static_assert(sizeof(SectionHeader) == 64);
constexpr std::uint32_t kDynamicSymbols = 11;  // SHT_DYNSYM; link: the section of their names

struct Symbol {
  std::uint32_t name;
  std::uint8_t info;
  std::uint8_t other;
  std::uint16_t section;
  std::uint64_t value;  // from the image's first byte
  std::uint64_t size;
};
static_assert(sizeof(Symbol) == 24);

// The image of the functions, which Linux made: it is believed.
class Image {
 public:
  explicit Image(const std::byte* first) : first_(first) {}

  ClockFunction FindClock() const {
    const auto count = At<std::uint16_t>(kSectionCountAt);
    for (std::size_t i = 0; i < count; ++i) {
      const SectionHeader section = Section(i);
      if (section.type == kDynamicSymbols) return FindClock(section);
    }
    return nullptr;
  }

 private:
  template <typename T>
  T At(std::uint64_t offset) const {
    T value;
    std::memcpy(&value, first_ + offset, sizeof(value));
    return value;
  }

  SectionHeader Section(std::size_t i) const {
    return At<SectionHeader>(At<std::uint64_t>(kSectionHeadersAt) + i * At<std::uint16_t>(kSectionHeaderSizeAt));
  }

  ClockFunction FindClock(const SectionHeader& symbols) const {
    const std::uint64_t names = Section(symbols.link).offset;
    for (std::uint64_t place = 0; place + sizeof(Symbol) <= symbols.size; place += sizeof(Symbol)) {
      const auto symbol = At<Symbol>(symbols.offset + place);
      const std::string_view name = reinterpret_cast<const char*>(first_ + names + symbol.name);
      for (const std::string_view wanted : kNames) {
        if (name == wanted) return std::bit_cast<ClockFunction>(first_ + symbol.value);
      }
    }
    return nullptr;
  }

  const std::byte* first_;
};

}  // namespace

void UseFastClock() {
  const std::uint64_t* place = StartVector();
  if (place == nullptr) return;
  place += 1 + *place + 1;  // argc, the arguments, and the null behind them
  while (*place != 0) ++place;
  for (++place; *place != AT_NULL; place += 2) {
    if (*place != AT_SYSINFO_EHDR) continue;
    if (const ClockFunction clock = Image(std::bit_cast<const std::byte*>(place[1])).FindClock()) {
      SetClockFunction(clock);
    }
    return;
  }
}

}  // namespace board
