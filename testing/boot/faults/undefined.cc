// Undefined behaviour in the code of a parser stops at once, in the build that ships. FAULT: a function of the library.
#include "testing/boot/faults/undefined_parser.h"

int main() {
  alignas(8) volatile std::uint8_t bytes[] = {0xff, 0xff, 0xff, 0x7f, 1, 0, 0, 0, 4, 0, 0,
                                              0,    32,   0,    0,    0, 1, 0, 0, 0, 0, 0};
  alignas(8) std::uint8_t message[sizeof(bytes)];
  for (unsigned i = 0; i < sizeof(bytes); ++i) message[i] = bytes[i];
  return faults::FAULT(message);
}
