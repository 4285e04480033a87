// What a program gets of the boot command line: arguments and environment.
#ifndef ENKEL_KERNEL_BOOT_PROGRAM_WORDS_H_
#define ENKEL_KERNEL_BOOT_PROGRAM_WORDS_H_

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "kernel/boot/board.h"

namespace kernel::boot {

// As Linux does it: a word NAME=value goes to the environment, any other word is an argument, and all words after `--`
// are arguments. Double quotes keep spaces within a word and are dropped. argv[0] is "enkel".
class ProgramWords {
 public:
  static constexpr std::size_t kMostArguments = 32;
  static constexpr std::size_t kMostVariables = 32;
  static constexpr std::size_t kMostBytes = 2048;  // with a 0 behind each word

  constexpr ProgramWords() = default;
  ProgramWords(const ProgramWords&) = delete;
  ProgramWords& operator=(const ProgramWords&) = delete;

  // `line` comes from outside: what is more than fits is left out, word by word. Called once.
  void Parse(std::string_view line);

  std::span<const char* const> arguments() const { return std::span(arguments_).first(argument_count_); }
  std::span<const char* const> variables() const { return std::span(variables_).first(variable_count_); }

 private:
  std::string_view TakeWord(std::string_view& line);
  void Add(std::string_view word, bool is_argument);

  std::array<char, kMostBytes> bytes_ = {};
  std::size_t used_ = 0;
  // Zero until Parse: then these 2 KiB are no part of an image.
  std::array<const char*, kMostArguments> arguments_ = {};
  std::array<const char*, kMostVariables> variables_ = {};
  std::size_t argument_count_ = 0;
  std::size_t variable_count_ = 0;
};

// The words of this boot. Only in an image whose unikernel() says command_line = True.
[[gnu::weak]] const ProgramWords& ReadProgramWords(const board::Handoff& handoff);

}  // namespace kernel::boot

#endif  // ENKEL_KERNEL_BOOT_PROGRAM_WORDS_H_
