// A write past an array on the stack destroys the canary behind it, and the function does not return.
#include <cstddef>

namespace {

[[gnu::noinline]] void Fill(volatile char* bytes, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) bytes[i] = 'x';
}

[[gnu::noinline]] int Smash(std::size_t size) {
  char bytes[16] = {};
  Fill(bytes, size);
  return bytes[0];
}

}  // namespace

int main() {
  const volatile std::size_t size = 32;
  return Smash(size) == 'x' ? 0 : 1;
}
