// A plugin for QEMU's TCG (interface of QEMU 7.2): what a web server's start and its requests cost, in instructions of
// CPU 0. Time asleep does not count.
//
//   -plugin count_requests.so,from=0xA,request=0xB,send=0xC,warm=N,count=N -d plugin
//
// `from`: the image's first instruction. `request`: what runs once when a request is parsed. `send`: what gives a frame
// to the device. Writes to QEMU's log:
//
//   first_byte N        instructions from `from` to the first `send` after the first `request`
//   per_request N       instructions between requests warm and warm + count, divided by count
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

// Debian's QEMU ships no header for its plugin interface: the part that is used here, [QEMU] docs/devel/tcg-plugins.
extern "C" {

using qemu_plugin_id_t = std::uint64_t;
struct qemu_info_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS };

using TranslateCallback = void (*)(qemu_plugin_id_t id, qemu_plugin_tb* block);
using ExecuteCallback = void (*)(unsigned cpu, void* data);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, TranslateCallback callback);
void qemu_plugin_register_vcpu_insn_exec_cb(qemu_plugin_insn* instruction, ExecuteCallback callback,
                                            qemu_plugin_cb_flags flags, void* data);
std::size_t qemu_plugin_tb_n_insns(const qemu_plugin_tb* block);
qemu_plugin_insn* qemu_plugin_tb_get_insn(const qemu_plugin_tb* block, std::size_t index);
std::uint64_t qemu_plugin_insn_vaddr(const qemu_plugin_insn* instruction);
void qemu_plugin_outs(const char* text);

__attribute__((visibility("default"))) extern int qemu_plugin_version;
int qemu_plugin_version = 1;

__attribute__((visibility("default"))) int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t* info, int argc,
                                                               char** argv);

}  // extern "C"

namespace {

struct Argument {
  const char* name;
  std::uint64_t value = 0;
};
Argument from = {"from"};
Argument request = {"request"};
Argument send = {"send"};
Argument warm = {"warm"};
Argument requests_to_count = {"count"};

// CPU 0 alone writes these; the others are parked.
bool has_begun = false;
bool has_sent = false;
std::uint64_t instructions = 0;
std::uint64_t requests = 0;
std::uint64_t at_warm = 0;

void Print(const char* name, std::uint64_t value) {
  char text[96];
  std::snprintf(text, sizeof text, "%s %llu\n", name, static_cast<unsigned long long>(value));
  qemu_plugin_outs(text);
}

void OnInstruction(unsigned cpu, void*) {
  if (cpu == 0 && has_begun) ++instructions;
}

void OnFrom(unsigned cpu, void*) {
  if (cpu == 0) has_begun = true;
  OnInstruction(cpu, nullptr);
}

void OnRequest(unsigned cpu, void*) {
  OnInstruction(cpu, nullptr);
  if (cpu != 0) return;
  ++requests;
  if (requests == warm.value) at_warm = instructions;
  if (requests == warm.value + requests_to_count.value) {
    Print("per_request", (instructions - at_warm) / requests_to_count.value);
  }
}

void OnSend(unsigned cpu, void*) {
  OnInstruction(cpu, nullptr);
  if (cpu != 0 || requests == 0 || has_sent) return;
  has_sent = true;
  Print("first_byte", instructions);
}

void OnTranslate(qemu_plugin_id_t, qemu_plugin_tb* block) {
  const std::size_t size = qemu_plugin_tb_n_insns(block);
  for (std::size_t i = 0; i < size; ++i) {
    qemu_plugin_insn* instruction = qemu_plugin_tb_get_insn(block, i);
    const std::uint64_t address = qemu_plugin_insn_vaddr(instruction);
    const ExecuteCallback callback = address == from.value      ? OnFrom
                                     : address == request.value ? OnRequest
                                     : address == send.value    ? OnSend
                                                                : OnInstruction;
    qemu_plugin_register_vcpu_insn_exec_cb(instruction, callback, QEMU_PLUGIN_CB_NO_REGS, nullptr);
  }
}

// Reads "name=NUMBER" into the argument of that name; false if there is none.
bool Read(const char* text) {
  Argument* const arguments[] = {&from, &request, &send, &warm, &requests_to_count};
  for (Argument* const argument : arguments) {
    const std::size_t size = std::strlen(argument->name);
    if (std::strncmp(text, argument->name, size) != 0 || text[size] != '=') continue;
    char* end = nullptr;
    argument->value = std::strtoull(text + size + 1, &end, 0);
    return *end == '\0' && argument->value != 0;
  }
  return false;
}

}  // namespace

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t*, int argc, char** argv) {
  for (int i = 0; i < argc; ++i) {
    if (Read(argv[i])) continue;
    std::fprintf(stderr, "count_requests: bad argument %s\n", argv[i]);
    return 1;
  }
  qemu_plugin_register_vcpu_tb_trans_cb(id, OnTranslate);
  return 0;
}
