// The table of function names that an image with function_names = True carries (toolchain/names/function_names.py makes
// it and tells its form), so that a device in the field names its backtrace on its own.
#ifndef ENKEL_KERNEL_PANIC_FUNCTION_NAMES_H_
#define ENKEL_KERNEL_PANIC_FUNCTION_NAMES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kernel::panic {

// A place in the text by the name of its function.
struct FunctionName {
  static constexpr std::size_t kLongest = 96;

  std::string_view name() const { return {buffer.data(), size}; }

  std::array<char, kLongest> buffer;
  std::size_t size = 0;      // 0: no name
  std::uint32_t offset = 0;  // bytes from the function's beginning
};

// The function at `distance` bytes from the first one, from the table's bytes; false when none is there.
// Interrupt-safe.
bool FindFunction(const std::uint8_t* table, std::uint32_t distance, FunctionName& found);

}  // namespace kernel::panic

#endif  // ENKEL_KERNEL_PANIC_FUNCTION_NAMES_H_
