// The log, which a panic prints, panics itself.
#include "kernel/panic/panic.h"
#include "kernel/panic/last_words.h"

namespace kernel::panic {

extern "C" void EnkelPrintLog() { Panic("the second"); }

}  // namespace kernel::panic

int main() { kernel::panic::Panic("the first"); }
