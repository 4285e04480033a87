#include "kernel/libc/stream_state.h"

namespace kernel::libc {

constinit unsigned closed_streams = 0;

}  // namespace kernel::libc
