#include "kernel/panic/function_names.h"

#include <cstddef>
#include <cstdint>

#include "kernel/panic/last_words.h"

extern "C" {
// From the second link of the image on; the first, whose symbols the table is made of, has none.
[[gnu::weak]] extern const std::uint8_t enkel_function_names[];
void EnkelBoot();  // by its address: the table says how far it lies from the first function
}

namespace kernel::panic {
namespace {

std::uint32_t Word(const std::uint8_t* bytes) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value |= std::uint32_t{bytes[i]} << 8 * i;
  return value;
}

constexpr std::size_t kHeaderSize = 8;
constexpr std::size_t kIndexSize = 8;

// The last block that begins at or before `distance`, by halves; `count` when there is none.
std::uint32_t FindBlock(const std::uint8_t* index, std::uint32_t count, std::uint32_t distance) {
  std::uint32_t low = 0;
  std::uint32_t high = count;
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    if (Word(index + middle * kIndexSize) <= distance) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low == 0 ? count : low - 1;
}

// Reads the entries of a block one by one.
class Walker {
 public:
  Walker(const std::uint8_t* entries, const std::uint8_t* end, std::uint32_t address)
      : next_(entries), end_(end), address_(address) {}

  // Whether there is a further entry, and it begins at or before `distance`.
  bool Reaches(std::uint32_t distance) const {
    const std::uint8_t* at = next_;
    return at != end_ && address_ + Distance(at) <= distance;
  }

  void Take(FunctionName& found) {
    address_ += Distance(next_);
    const std::size_t shared = next_[0];
    const std::size_t more = next_[1];
    next_ += 2;
    for (std::size_t i = 0; i < more && shared + i < found.buffer.size(); ++i) {
      found.buffer[shared + i] = static_cast<char>(next_[i]);
    }
    found.size = shared + more;
    next_ += more;
  }

  std::uint32_t address() const { return address_; }

 private:
  static std::uint32_t Distance(const std::uint8_t*& at) {
    std::uint32_t value = 0;
    for (int shift = 0;; shift += 7) {
      value |= (*at & 0x7fu) << shift;
      if (*at++ < 0x80) return value;
    }
  }

  const std::uint8_t* next_;
  const std::uint8_t* end_;
  std::uint32_t address_;
};

}  // namespace

bool FindFunction(const std::uint8_t* table, std::uint32_t distance, FunctionName& found) {
  const std::uint32_t count = Word(table);
  const std::uint8_t* const index = table + kHeaderSize;
  const std::uint32_t block = FindBlock(index, count, distance);
  if (block == count) return false;

  const std::uint8_t* const entry = index + block * kIndexSize;
  // The last block ends with the entry without a name, which no walk passes.
  const std::uint8_t* const end = block + 1 < count ? table + Word(entry + kIndexSize + 4) : nullptr;
  Walker walker(table + Word(entry + 4), end, Word(entry));
  while (walker.Reaches(distance)) {
    walker.Take(found);
    if (found.size == 0) return false;
  }
  found.offset = distance - walker.address();
  return true;
}

extern "C" bool EnkelNameFunction(std::uint64_t address, FunctionName& found) {
  if (enkel_function_names == nullptr) return false;
  const std::uint64_t first = reinterpret_cast<std::uintptr_t>(&EnkelBoot) - Word(enkel_function_names + 4);
  const std::uint64_t distance = address - first;
  if (distance > UINT32_MAX) return false;
  return FindFunction(enkel_function_names, static_cast<std::uint32_t>(distance), found);
}

}  // namespace kernel::panic
