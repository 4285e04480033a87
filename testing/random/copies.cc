// Says at each line that comes which copy of this machine it is, how many seeds its generator has had, and random
// bytes.
#include <sys/random.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>

#include "kernel/random/generation.h"
#include "kernel/random/random.h"

namespace {

void PrintHexadecimal(const char* name, const volatile std::uint8_t* bytes, std::size_t size) {
  std::printf("%s ", name);
  for (std::size_t i = 0; i < size; ++i) std::printf("%02x", static_cast<unsigned>(bytes[i]));
  std::puts("");
}

}  // namespace

int main() {
  const volatile std::uint64_t* const generation = board::GenerationIdentifier();
  std::uint8_t bytes[32];
  do {
    if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes)) return 1;
    if (generation == nullptr) {
      std::puts("generation none");
    } else {
      PrintHexadecimal("generation", reinterpret_cast<const volatile std::uint8_t*>(generation), 16);
    }
    std::printf("seeds %llu\n", static_cast<unsigned long long>(kernel::random::SeedCount()));
    PrintHexadecimal("bytes", bytes, sizeof(bytes));
    std::fflush(stdout);
  } while (std::getchar() != EOF);
  return 0;
}
