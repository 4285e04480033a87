// [POSIX] 2.4 Signal Concepts, as far as signals come from the program itself: raise, sigaction, sigprocmask,
// sigpending.
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "testing/posix/files.h"

namespace posix {
namespace {

std::vector<int>& Seen() {
  static std::vector<int> seen;
  return seen;
}

void Remember(int signal) { Seen().push_back(signal); }

void Handle(int signal, void (*handler)(int) = &Remember, int flags = 0, std::vector<int> blocked = {}) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigemptyset(&action.sa_mask);
  for (const int other : blocked) sigaddset(&action.sa_mask, other);
  EXPECT_EQ(sigaction(signal, &action, nullptr), 0);
}

sigset_t SetOf(int signal) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  return set;
}

class Signal : public testing::Test {
 protected:
  Signal() { Seen().clear(); }
  ~Signal() override {
    for (const int signal : {SIGUSR1, SIGUSR2, SIGPIPE, SIGSEGV}) std::signal(signal, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
  }
};

using Signals = std::vector<int>;

TEST_F(Signal, RaiseRunsTheHandlerBeforeItReturns) {
  Handle(SIGUSR1);
  EXPECT_EQ(raise(SIGUSR1), 0);
  EXPECT_EQ(kill(getpid(), SIGUSR1), 0);
  EXPECT_EQ(pthread_kill(pthread_self(), SIGUSR1), 0);
  EXPECT_EQ(Seen(), (Signals{SIGUSR1, SIGUSR1, SIGUSR1}));
}

TEST_F(Signal, AnIgnoredOneIsNothing) {
  std::signal(SIGUSR1, SIG_IGN);
  EXPECT_EQ(raise(SIGUSR1), 0);
  EXPECT_EQ(raise(SIGCHLD), 0);
  EXPECT_EQ(raise(SIGURG), 0);
}

TEST_F(Signal, ABlockedOneWaitsUntilItIsUnblocked) {
  Handle(SIGUSR1);
  Handle(SIGUSR2);
  sigset_t blocked = SetOf(SIGUSR1), old, pending;
  sigaddset(&blocked, SIGUSR2);
  ASSERT_EQ(sigprocmask(SIG_BLOCK, &blocked, &old), 0);
  EXPECT_EQ(sigismember(&old, SIGUSR1), 0);
  raise(SIGUSR2);
  raise(SIGUSR1);
  raise(SIGUSR1);
  EXPECT_EQ(Seen(), Signals{});
  ASSERT_EQ(sigpending(&pending), 0);
  EXPECT_EQ(sigismember(&pending, SIGUSR1), 1);
  EXPECT_EQ(sigismember(&pending, SIGPIPE), 0);
  const sigset_t first = SetOf(SIGUSR2);
  ASSERT_EQ(sigprocmask(SIG_UNBLOCK, &first, nullptr), 0);
  EXPECT_EQ(Seen(), Signals{SIGUSR2});
  ASSERT_EQ(sigprocmask(SIG_SETMASK, &old, &blocked), 0);
  EXPECT_EQ(sigismember(&blocked, SIGUSR1), 1);
  EXPECT_EQ(Seen(), (Signals{SIGUSR2, SIGUSR1}));
}

TEST_F(Signal, AHandlerBlocksItsOwnSignalAndThoseOfItsMask) {
  Handle(SIGUSR2);
  Handle(SIGUSR1,
         [](int signal) {
           Seen().push_back(-signal);
           if (Seen().size() == 1) raise(SIGUSR1);
           raise(SIGUSR2);
           Seen().push_back(signal);
         },
         0, {SIGUSR2});
  raise(SIGUSR1);
  // What was raised in the handler waited for its end; the second round raised SIGUSR2 once more, but it waits only
  // once.
  EXPECT_EQ(Seen(), (Signals{-SIGUSR1, SIGUSR1, -SIGUSR1, SIGUSR1, SIGUSR2}));
}

TEST_F(Signal, AHandlerOfThreeArgumentsLearnsWhoSentIt) {
  static siginfo_t got;
  struct sigaction action = {};
  action.sa_flags = SA_SIGINFO;
  action.sa_sigaction = [](int, siginfo_t* info, void*) { got = *info; };
  ASSERT_EQ(sigaction(SIGUSR1, &action, nullptr), 0);
  raise(SIGUSR1);
  EXPECT_EQ(got.si_signo, SIGUSR1);
  EXPECT_EQ(got.si_pid, getpid());
}

TEST_F(Signal, AHandlerThatIsUsedOnceIsResetFirst) {
  Handle(SIGUSR1, &Remember, SA_RESETHAND);
  raise(SIGUSR1);
  struct sigaction now = {};
  ASSERT_EQ(sigaction(SIGUSR1, nullptr, &now), 0);
  EXPECT_EQ(now.sa_handler, SIG_DFL);
}

TEST_F(Signal, AHandlerMayJumpOutAndTheMaskIsAsItWas) {
  static sigjmp_buf place;
  Handle(SIGUSR1, [](int) { siglongjmp(place, 1); });
  volatile int rounds = 0;
  if (sigsetjmp(place, 1) != 0) rounds = rounds + 1;
  if (rounds < 2) raise(SIGUSR1);
  EXPECT_EQ(rounds, 2);
}

TEST_F(Signal, ASynchronousOneCanBeHandledToo) {
  Handle(SIGSEGV);
  EXPECT_EQ(raise(SIGSEGV), 0);
  EXPECT_EQ(Seen(), Signals{SIGSEGV});
}

TEST_F(Signal, ABrokenPipeRunsItsHandler) {
  Handle(SIGPIPE);
  PipePair pipe;
  pipe.reader.Close();
  EXPECT_FAILS(Write(pipe.writer, "x"), EPIPE);
  EXPECT_EQ(Seen(), Signals{SIGPIPE});
}

TEST_F(Signal, TheMaskIsTheThreads) {
  const sigset_t blocked = SetOf(SIGUSR1);
  ASSERT_EQ(pthread_sigmask(SIG_BLOCK, &blocked, nullptr), 0);
  std::thread other([] {
    sigset_t mask;
    EXPECT_EQ(pthread_sigmask(SIG_SETMASK, nullptr, &mask), 0);
    EXPECT_EQ(sigismember(&mask, SIGUSR1), 1);  // from the thread that made it
    sigemptyset(&mask);
    EXPECT_EQ(pthread_sigmask(SIG_SETMASK, &mask, nullptr), 0);
  });
  other.join();
  sigset_t mask;
  ASSERT_EQ(pthread_sigmask(SIG_SETMASK, nullptr, &mask), 0);
  EXPECT_EQ(sigismember(&mask, SIGUSR1), 1);
}

TEST_F(Signal, SomeCanNeitherBeHandledNorBlocked) {
  struct sigaction action = {};
  action.sa_handler = &Remember;
  EXPECT_FAILS(sigaction(SIGKILL, &action, nullptr), EINVAL);
  EXPECT_FAILS(sigaction(0, &action, nullptr), EINVAL);
  EXPECT_FAILS(sigaction(65, &action, nullptr), EINVAL);
  const sigset_t kill_set = SetOf(SIGKILL);
  EXPECT_EQ(sigprocmask(SIG_BLOCK, &kill_set, nullptr), 0);
  sigset_t mask;
  sigprocmask(SIG_SETMASK, nullptr, &mask);
  EXPECT_EQ(sigismember(&mask, SIGKILL), 0);
  EXPECT_FAILS(sigprocmask(77, &kill_set, nullptr), EINVAL);
  EXPECT_FAILS(kill(77, SIGUSR1), ESRCH);
  EXPECT_EQ(raise(99), -1);
}

TEST_F(Signal, AnAlternateStackIsRemembered) {
  static char room[16384];
  const stack_t wanted = {.ss_sp = room, .ss_flags = 0, .ss_size = sizeof room};
  stack_t now = {};
  ASSERT_EQ(sigaltstack(nullptr, &now), 0);
  EXPECT_EQ(now.ss_flags, SS_DISABLE);
  ASSERT_EQ(sigaltstack(&wanted, nullptr), 0);
  ASSERT_EQ(sigaltstack(nullptr, &now), 0);
  EXPECT_EQ(now.ss_sp, room);
  Handle(SIGUSR1, &Remember, SA_ONSTACK);
  raise(SIGUSR1);
  EXPECT_EQ(Seen(), Signals{SIGUSR1});
}

}  // namespace
}  // namespace posix
