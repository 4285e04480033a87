// The boot command line, which anybody may have written.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "kernel/base/check.h"
#include "kernel/boot/program_words.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  kernel::boot::ProgramWords words;
  words.Parse({reinterpret_cast<const char*>(data), size});
  std::size_t total = 0;
  for (const char* const word : words.arguments()) total += std::strlen(word);
  for (const char* const word : words.variables()) {
    CHECK(std::strchr(word, '=') != nullptr && word[0] != '=');
    total += std::strlen(word);
  }
  CHECK(total <= size + std::strlen("enkel"));
  return 0;
}
