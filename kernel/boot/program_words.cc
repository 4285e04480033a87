#include "kernel/boot/program_words.h"

#include <cstddef>
#include <string_view>

namespace kernel::boot {
namespace {

constexpr char kQuote = '"';

bool IsSpace(char byte) { return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r'; }

// Where the '=' of NAME=value stands; 0 where the word is none.
std::size_t EndOfName(std::string_view word) {
  std::size_t end = 0;
  while (end < word.size() && word[end] != '=') ++end;
  return end == word.size() ? 0 : end;
}

}  // namespace

// The next word, in bytes_ and without its quotes, not yet kept; empty where no room is left for it.
std::string_view ProgramWords::TakeWord(std::string_view& line) {
  std::size_t size = 0;
  bool is_quoted = false;
  bool fits = true;
  for (; !line.empty() && line[0] != '\0' && (is_quoted || !IsSpace(line[0])); line.remove_prefix(1)) {
    if (line[0] == kQuote) {
      is_quoted = !is_quoted;
    } else if (used_ + size + 1 < kMostBytes) {
      bytes_[used_ + size++] = line[0];
    } else {
      fits = false;
    }
  }
  return {bytes_.data() + used_, fits ? size : 0};  // not &bytes_[used_]: all may be full
}

void ProgramWords::Add(std::string_view word, bool is_argument) {
  if (is_argument ? argument_count_ == kMostArguments : variable_count_ == kMostVariables) return;
  (is_argument ? arguments_[argument_count_++] : variables_[variable_count_++]) = word.data();
  used_ += word.size();
  bytes_[used_++] = '\0';
}

void ProgramWords::Parse(std::string_view line) {
  arguments_[argument_count_++] = "enkel";
  bool all_are_arguments = false;
  while (!line.empty() && line[0] != '\0') {
    if (IsSpace(line[0])) {
      line.remove_prefix(1);
      continue;
    }
    const bool is_empty = line[0] == kQuote && line.size() > 1 && line[1] == kQuote;
    const std::string_view word = TakeWord(line);
    if (word.empty() && !(is_empty && used_ + 1 < kMostBytes)) continue;
    if (!all_are_arguments && word.size() == 2 && word[0] == '-' && word[1] == '-') {
      all_are_arguments = true;
    } else {
      Add(word, all_are_arguments || EndOfName(word) == 0);
    }
  }
}

}  // namespace kernel::boot
