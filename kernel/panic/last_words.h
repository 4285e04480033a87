// What a panic asks of rooms above: each is called only when it is in the image.
#ifndef ENKEL_KERNEL_PANIC_LAST_WORDS_H_
#define ENKEL_KERNEL_PANIC_LAST_WORDS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kernel::panic {

struct FunctionName;

// The function at an address of the text; false when that is unknown. In an image with function_names = True.
// Interrupt-safe; does not allocate.
extern "C" bool EnkelNameFunction(std::uint64_t address, FunctionName& found);

using LastWord = void (*)(void* context, std::string_view line);

// kernel/log: writes "log:" and the newest lines to the console. Interrupt-safe; does not allocate.
extern "C" void EnkelPrintLog();

// kernel/log: calls `visit(context, line)` for the newest `most` lines of the log, oldest first, then for what it holds
// back. Interrupt-safe; does not allocate.
extern "C" void EnkelVisitLog(std::size_t most, LastWord visit, void* context);

}  // namespace kernel::panic

#endif  // ENKEL_KERNEL_PANIC_LAST_WORDS_H_
