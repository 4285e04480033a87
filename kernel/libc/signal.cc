#include <errno.h>
#include <signal.h>

#include <array>
#include <cstddef>

#include "kernel/boot/board.h"
#include "kernel/boot/exit.h"
#include "kernel/event/thread.h"
#include "kernel/libc/calls.h"
#include "kernel/panic/panic.h"

// As the kernel sees it; the same on both CPUs.
struct k_sigaction {
  union {
    void (*handler)(int);
    void (*action)(int, siginfo_t*, void*);  // with SA_SIGINFO
  };
  unsigned long flags;
  void (*restorer)();
  unsigned mask[2];
};

namespace {

constexpr int kSignals = 64;         // 1 to 64
constexpr int kCancelSignal = 33;    // musl's SIGCANCEL
constexpr int kEndedBySignal = 128;  // exit code: this plus the signal's number

constinit std::array<k_sigaction, kSignals + 1> actions = {};

bool IsSignal(int signal) { return signal >= 1 && signal <= kSignals; }

bool IsIgnoredByDefault(int signal) {
  return signal == SIGCHLD || signal == SIGCONT || signal == SIGURG || signal == SIGWINCH;
}

// What nobody has a handler for: bugs end in a panic, which prints the backtrace; the rest ends the program.
void TakeDefaultAction(int signal) {
  if (IsIgnoredByDefault(signal)) return;
  switch (signal) {
    case SIGABRT:
    case SIGBUS:
    case SIGFPE:
    case SIGILL:
    case SIGQUIT:
    case SIGSEGV:
    case SIGSYS:
    case SIGTRAP:
      kernel::panic::Panic("a signal was raised that no handler takes (SIGABRT, SIGSEGV or the like)");
    default:
      board::ConsoleWrite("[enkel] a signal ends the program\n");
      kernel::boot::Exit(kEndedBySignal + signal);
  }
}

void Raise(int signal) {
  const k_sigaction action = actions[static_cast<std::size_t>(signal)];
  if (action.handler == SIG_IGN) return;
  if (action.handler == SIG_DFL) return TakeDefaultAction(signal);
  if ((action.flags & SA_RESETHAND) != 0) actions[static_cast<std::size_t>(signal)] = {};
  if ((action.flags & SA_SIGINFO) == 0) return action.handler(signal);

  siginfo_t info = {};
  info.si_signo = signal;
  info.si_code = SI_TKILL;
  action.action(signal, &info, nullptr);
}

}  // namespace

long sys_rt_sigaction(int signal, const k_sigaction* action, k_sigaction* old, std::size_t mask_size) {
  if (!IsSignal(signal) || mask_size != sizeof action->mask) return -EINVAL;
  if (action != nullptr && (signal == SIGKILL || signal == SIGSTOP)) return -EINVAL;
  k_sigaction& current = actions[static_cast<std::size_t>(signal)];
  const k_sigaction previous = current;
  if (action != nullptr) current = *action;
  if (old != nullptr) *old = previous;
  return 0;
}

long sys_tkill(pid_t thread, int signal) {
  if (thread <= 0 || (signal != 0 && !IsSignal(signal))) return -EINVAL;
  kernel::event::Thread* const target = kernel::event::FindThread(thread);
  if (target == nullptr) return -ESRCH;
  if (signal == 0) return 0;
  if (target == &kernel::event::Current()) {
    Raise(signal);
    return 0;
  }
  if (signal == kCancelSignal) {
    // Where it does not wait, it meets its next cancellation point by itself.
    (void)kernel::event::Interrupt(*target);
    return 0;
  }
  static constinit char name[] = "tkill of another thread";
  return enkel_nosys(name);
}

long sys_tgkill(pid_t process, pid_t thread, int signal) {
  if (process <= 0) return -EINVAL;
  return process == sys_getpid() ? sys_tkill(thread, signal) : -ESRCH;
}

long sys_kill(pid_t process, int signal) {
  if (signal != 0 && !IsSignal(signal)) return -EINVAL;
  const bool reaches_us = process == sys_getpid() || process == 0 || process == -1;
  if (!reaches_us) return -ESRCH;
  if (signal != 0) Raise(signal);
  return 0;
}
