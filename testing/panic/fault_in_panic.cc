// The log, which a panic prints, faults.
#include <cstdint>

#include "kernel/panic/last_words.h"
#include "kernel/panic/panic.h"

namespace kernel::panic {

extern "C" void EnkelPrintLog() { *reinterpret_cast<volatile std::uint32_t*>(16) = 1; }

}  // namespace kernel::panic

int main() { kernel::panic::Panic("the first"); }
