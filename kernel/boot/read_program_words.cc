#include "kernel/boot/board.h"
#include "kernel/boot/program_words.h"

namespace kernel::boot {
namespace {

constinit ProgramWords words;

}  // namespace

const ProgramWords& ReadProgramWords(const board::Handoff& handoff) {
  words.Parse(board::CommandLine(handoff));
  return words;
}

}  // namespace kernel::boot
