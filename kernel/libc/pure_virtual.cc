#include <cxxabi.h>

#include "kernel/panic/panic.h"

// What a table of virtual functions holds in the place of a pure or a deleted one. libc++abi's own print with
// vfprintf(), which would be in every image with an abstract class.
extern "C" {
void __cxa_pure_virtual() { kernel::panic::Panic("a pure virtual function was called"); }
void __cxa_deleted_virtual() { kernel::panic::Panic("a deleted virtual function was called"); }
}
