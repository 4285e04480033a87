// A plugin for QEMU's TCG (interface of QEMU 7.2): counts the instructions that CPU 0 executes from the first execution
// of one address up to, and not including, the first execution of another.
//
//   -plugin count_instructions.so,from=0xADDRESS,to=0xADDRESS -d plugin
//
// writes to QEMU's log, when `to` is reached or else at exit, one of
//
//   instructions N
//   count_instructions: never reached FROM | never reached TO after N instructions | bad argument ...
//
// An instruction that is begun counts, also when it faults. On x86_64 a REP instruction counts once an iteration, and
// once more where it finds its counter zero, as with -icount. Other CPUs are not counted. No C++ runtime is needed.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "testing/runner/qemu_plugin.h"

namespace {

enum class State { kBeforeFrom, kCounting, kReachedTo };

// CPU 0 alone writes the state while the machine runs; where each CPU has a thread, the others read it.
std::atomic<State> state = State::kBeforeFrom;
std::uint64_t count = 0;

std::uint64_t from_address = 0;
std::uint64_t to_address = 0;

bool Is(State expected) { return state.load(std::memory_order_relaxed) == expected; }

void Print(const char* format, std::uint64_t value) {
  char text[96];
  std::snprintf(text, sizeof text, format, static_cast<unsigned long long>(value));
  qemu_plugin_outs(text);
}

void OnInstruction(unsigned cpu, void*) {
  if (cpu == 0 && Is(State::kCounting)) ++count;
}

void OnFrom(unsigned cpu, void*) {
  if (cpu != 0) return;
  if (Is(State::kBeforeFrom)) state.store(State::kCounting, std::memory_order_relaxed);
  OnInstruction(cpu, nullptr);
}

void OnTo(unsigned cpu, void*) {
  if (cpu != 0 || !Is(State::kCounting)) return;
  state.store(State::kReachedTo, std::memory_order_relaxed);
  Print("instructions %llu\n", count);
}

void OnTranslate(qemu_plugin_id_t, qemu_plugin_tb* block) {
  if (Is(State::kReachedTo)) return;
  const std::size_t size = qemu_plugin_tb_n_insns(block);
  for (std::size_t i = 0; i < size; ++i) {
    qemu_plugin_insn* instruction = qemu_plugin_tb_get_insn(block, i);
    const std::uint64_t address = qemu_plugin_insn_vaddr(instruction);
    const ExecuteCallback callback = address == to_address ? OnTo : address == from_address ? OnFrom : OnInstruction;
    qemu_plugin_register_vcpu_insn_exec_cb(instruction, callback, QEMU_PLUGIN_CB_NO_REGS, nullptr);
  }
}

void OnExit(qemu_plugin_id_t, void*) {
  if (Is(State::kBeforeFrom)) Print("count_instructions: never reached 0x%llx\n", from_address);
  if (Is(State::kCounting)) {
    char text[128];
    std::snprintf(text, sizeof text, "count_instructions: never reached 0x%llx after %llu instructions\n",
                  static_cast<unsigned long long>(to_address), static_cast<unsigned long long>(count));
    qemu_plugin_outs(text);
  }
}

// Reads "name=0xADDRESS" into `address`; false if `argument` is anything else.
bool ParseAddress(const char* argument, const char* name, std::uint64_t& address) {
  const std::size_t length = std::strlen(name);
  if (std::strncmp(argument, name, length) != 0 || argument[length] != '=') return false;
  char* end = nullptr;
  address = std::strtoull(argument + length + 1, &end, 16);
  return end != argument + length + 1 && *end == '\0';
}

}  // namespace

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t*, int argc, char** argv) {
  bool has_from = false;
  bool has_to = false;
  for (int i = 0; i < argc; ++i) {
    if (ParseAddress(argv[i], "from", from_address)) {
      has_from = true;
    } else if (ParseAddress(argv[i], "to", to_address)) {
      has_to = true;
    } else {
      std::fprintf(stderr, "count_instructions: bad argument %s\n", argv[i]);
      return 1;
    }
  }
  if (!has_from || !has_to || from_address == to_address) {
    std::fprintf(stderr, "count_instructions: needs from=0xADDRESS and to=0xADDRESS, which differ\n");
    return 1;
  }
  qemu_plugin_register_vcpu_tb_trans_cb(id, OnTranslate);
  qemu_plugin_register_atexit_cb(id, OnExit, nullptr);
  return 0;
}
