// abort() runs the handler of SIGABRT and ends the program all the same.
#include <signal.h>
#include <unistd.h>

#include <cstdlib>

int main() {
  signal(SIGABRT, [](int) { (void)!write(STDOUT_FILENO, "the handler ran\n", 16); });
  std::abort();
}
