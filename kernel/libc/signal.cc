#include <errno.h>
#include <signal.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "kernel/boot/board.h"
#include "kernel/boot/exit.h"
#include "kernel/event/thread.h"
#include "kernel/libc/calls.h"
#include "kernel/libc/descriptor/transfer.h"
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

using kernel::event::Thread;

constexpr int kSignals = 64;         // 1 to 64
constexpr int kCancelSignal = 33;    // musl's SIGCANCEL
constexpr int kEndedBySignal = 128;  // exit code: this plus the signal's number

constinit std::array<k_sigaction, kSignals + 1> actions = {};

bool IsSignal(int signal) { return signal >= 1 && signal <= kSignals; }

// Of a set as Linux has it: signal 1 is bit 0.
constexpr std::uint64_t BitOf(int signal) { return std::uint64_t{1} << (signal - 1); }
constexpr std::uint64_t kNeverBlocked = BitOf(SIGKILL) | BitOf(SIGSTOP);

std::uint64_t MaskOf(const k_sigaction& action) { return action.mask[0] | std::uint64_t{action.mask[1]} << 32; }

bool IsIgnoredByDefault(int signal) {
  return signal == SIGCHLD || signal == SIGCONT || signal == SIGURG || signal == SIGWINCH;
}

bool HasHandler(int signal) {
  const auto handler = actions[static_cast<std::size_t>(signal)].handler;
  return handler != SIG_DFL && handler != SIG_IGN;
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

void Deliver(int signal) {
  const k_sigaction action = actions[static_cast<std::size_t>(signal)];
  if (action.handler == SIG_IGN) return;
  if (action.handler == SIG_DFL) return TakeDefaultAction(signal);
  if ((action.flags & SA_RESETHAND) != 0) actions[static_cast<std::size_t>(signal)] = {};

  std::uint64_t& blocked = kernel::event::Current().blocked_signals;
  const std::uint64_t own = (action.flags & SA_NODEFER) != 0 ? 0 : BitOf(signal);
  const std::uint64_t before = std::exchange(blocked, (blocked | MaskOf(action) | own) & ~kNeverBlocked);
  if ((action.flags & SA_SIGINFO) == 0) {
    action.handler(signal);
  } else {
    siginfo_t info = {};
    info.si_signo = signal;
    info.si_code = SI_TKILL;
    info.si_pid = static_cast<pid_t>(sys_getpid());
    action.action(signal, &info, nullptr);
  }
  blocked = before;
}

// Delivers what waits and is blocked no longer, the lowest number first.
void DeliverPending() {
  Thread& self = kernel::event::Current();
  while (const std::uint64_t ready = self.pending_signals & ~self.blocked_signals) {
    const int signal = std::countr_zero(ready) + 1;
    self.pending_signals &= ~BitOf(signal);
    Deliver(signal);
  }
}

void Raise(int signal) {
  kernel::event::Current().pending_signals |= BitOf(signal);
  DeliverPending();
}

}  // namespace

namespace kernel::libc {

// Without a handler it is ignored: a program in the field shall not end because a peer went away.
void SignalBrokenPipe() {
  if (HasHandler(SIGPIPE)) Raise(SIGPIPE);
}

}  // namespace kernel::libc

// What abort() does before it ends the program for good.
void __enkel_before_abort() {
  kernel::event::Current().blocked_signals &= ~BitOf(SIGABRT);
  if (HasHandler(SIGABRT)) Deliver(SIGABRT);
}

long sys_rt_sigaction(int signal, const k_sigaction* action, k_sigaction* old, std::size_t mask_size) {
  if (!IsSignal(signal) || mask_size != sizeof action->mask) return -EINVAL;
  if (action != nullptr && (signal == SIGKILL || signal == SIGSTOP)) return -EINVAL;
  k_sigaction& current = actions[static_cast<std::size_t>(signal)];
  const k_sigaction previous = current;
  if (action != nullptr) current = *action;
  if (old != nullptr) *old = previous;
  return 0;
}

long sys_rt_sigprocmask(int how, const std::uint64_t* set, std::uint64_t* old, std::size_t mask_size) {
  if (mask_size != sizeof *set) return -EINVAL;
  std::uint64_t& blocked = kernel::event::Current().blocked_signals;
  const std::uint64_t previous = blocked;
  if (set != nullptr) {
    const std::uint64_t wanted = *set & ~kNeverBlocked;
    switch (how) {
      case SIG_BLOCK:
        blocked |= wanted;
        break;
      case SIG_UNBLOCK:
        blocked &= ~wanted;
        break;
      case SIG_SETMASK:
        blocked = wanted;
        break;
      default:
        return -EINVAL;
    }
  }
  if (old != nullptr) *old = previous;
  DeliverPending();
  return 0;
}

long sys_rt_sigpending(std::uint64_t* set, std::size_t mask_size) {
  if (mask_size > sizeof *set) return -EINVAL;
  if (set == nullptr) return -EFAULT;
  *set = kernel::event::Current().pending_signals;
  return 0;
}

long sys_tkill(pid_t thread, int signal) {
  if (thread <= 0 || (signal != 0 && !IsSignal(signal))) return -EINVAL;
  Thread* const target = kernel::event::FindThread(thread);
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
