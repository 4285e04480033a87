// What a frame there and back costs a process: instructions, without those of Linux, and system calls. Steps through
// it, one instruction at a time, which is slow and exact. [ptrace(2)]
//
//   step_frames PID ADDRESS COUNT     prints "per_frame INSTRUCTIONS CALLS", the calls in thousandths
//
// `ADDRESS`: the first instruction of what gives a frame to the device.
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

[[noreturn]] void Die(const char* what) {
  std::fprintf(stderr, "step_frames: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

void WaitForStop(pid_t process) {
  int status = 0;
  if (waitpid(process, &status, 0) != process || !WIFSTOPPED(status)) Die("the process has ended");
}

bool IsSystemCall(pid_t process, std::uint64_t address) {
  constexpr long kSystemCall = 0x050f;
  errno = 0;
  const long word = ptrace(PTRACE_PEEKTEXT, process, address, nullptr);
  if (errno != 0) Die("read memory");
  return (word & 0xffff) == kSystemCall;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const auto process = static_cast<pid_t>(std::strtol(argv[1], nullptr, 10));
  const std::uint64_t send = std::strtoull(argv[2], nullptr, 0);
  const std::uint64_t count = std::strtoull(argv[3], nullptr, 10);
  if (ptrace(PTRACE_ATTACH, process, nullptr, nullptr) != 0) Die("attach");
  WaitForStop(process);
  std::uint64_t instructions = 0, calls = 0, frames = 0;
  bool has_begun = false;
  while (frames < count) {
    user_regs_struct registers;
    if (ptrace(PTRACE_GETREGS, process, nullptr, &registers) != 0) Die("read registers");
    if (registers.rip == send) frames = has_begun ? frames + 1 : 0;
    has_begun = has_begun || registers.rip == send;
    if (has_begun) {
      ++instructions;
      if (IsSystemCall(process, registers.rip)) ++calls;
    }
    if (ptrace(PTRACE_SINGLESTEP, process, nullptr, nullptr) != 0) Die("step");
    WaitForStop(process);
  }
  std::printf("per_frame %llu %llu\n", static_cast<unsigned long long>(instructions / count),
              static_cast<unsigned long long>(1000 * calls / count));
  std::fflush(stdout);
  (void)ptrace(PTRACE_DETACH, process, nullptr, nullptr);
}
