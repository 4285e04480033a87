// syscall(2) by a number: reaches what the program has anyway, and says so where it has not.
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string_view>

int main() {
  constexpr std::string_view kLine = "a line from syscall(SYS_write)\n";
  const volatile long write_number = SYS_write;
  const volatile long absent_number = SYS_swapoff;
  const volatile long no_number = 99'999;
  if (write(STDOUT_FILENO, "", 0) != 0) return 1;
  if (syscall(write_number, STDOUT_FILENO, kLine.data(), kLine.size()) != static_cast<long>(kLine.size())) return 2;
  if (syscall(write_number, 77, kLine.data(), kLine.size()) != -1 || errno != EBADF) return 3;
  if (syscall(absent_number, "/dev/sda") != -1 || errno != ENOSYS) return 4;
  if (syscall(no_number) != -1 || errno != ENOSYS) return 5;
  return 0;
}
