#include "boards/linux/system_call.h"
#include "kernel/arch/hosted/host.h"
#include "kernel/boot/board.h"

namespace board {

void PowerOff(int exit_code) { linux_abi::EnkelLinuxExitGroup(exit_code); }

}  // namespace board

namespace kernel::arch::host {

void Exit(int code) { board::linux_abi::EnkelLinuxExitGroup(code); }

}  // namespace kernel::arch::host
