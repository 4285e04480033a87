// libc++'s hardening: and so does a view of one, whatever follows.
#include <cstddef>
#include <string_view>

int main() {
  const std::string_view text = std::string_view("seven bytes").substr(0, 7);
  const volatile std::size_t index = 7;
  return text[index];
}
