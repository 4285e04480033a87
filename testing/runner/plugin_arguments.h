// What plugins for QEMU's TCG are told, and what they say: "name=NUMBER" each, and lines of QEMU's log.
#ifndef ENKEL_TESTING_RUNNER_PLUGIN_ARGUMENTS_H_
#define ENKEL_TESTING_RUNNER_PLUGIN_ARGUMENTS_H_

#include <array>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

#include "testing/runner/qemu_plugin.h"

struct Argument {
  const char* name;
  std::uint64_t value = 0;
};

// What printf's %llu and %llx take.
using Number = unsigned long long;

// A line of at most 95 bytes to QEMU's log (-d plugin).
[[gnu::format(printf, 1, 2)]] inline void Print(const char* format, ...) {
  std::array<char, 96> text;
  std::va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text.data(), text.size(), format, arguments);
  va_end(arguments);
  qemu_plugin_outs(text.data());
}

// Reads "name=NUMBER" into the argument of that name; false where there is none, or the number is 0 or not one.
inline bool ReadArgument(std::initializer_list<Argument*> arguments, const char* text) {
  for (Argument* const argument : arguments) {
    const std::size_t size = std::strlen(argument->name);
    if (std::strncmp(text, argument->name, size) != 0 || text[size] != '=') continue;
    char* end = nullptr;
    argument->value = std::strtoull(text + size + 1, &end, 0);
    return *end == '\0' && argument->value != 0;
  }
  return false;
}

#endif  // ENKEL_TESTING_RUNNER_PLUGIN_ARGUMENTS_H_
