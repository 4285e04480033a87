// The smallest program that says something: what an image costs before a program does anything.
#include <unistd.h>

#include <string_view>

int main() {
  constexpr std::string_view kLine = "one line\n";
  return write(STDOUT_FILENO, kLine.data(), kLine.size()) == static_cast<ssize_t>(kLine.size()) ? 0 : 1;
}
