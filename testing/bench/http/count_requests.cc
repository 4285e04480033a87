// A plugin for QEMU's TCG (interface of QEMU 7.2): what a web server's start and its requests cost, in instructions of
// the machine's one CPU, and how often it goes to sleep. Time asleep does not count.
//
//   -plugin count_requests.so,from=0xA,request=0xB,send=0xC,every=N -d plugin
//
// `from`: the image's first instruction. `request`: what runs once when a request is parsed. `send`: what gives a frame
// to the device, or what runs after. Writes to QEMU's log:
//
//   first_byte N        instructions from `from` to the first `send` after the first `request`
//   asleep N            the machine has gone to sleep N times: after the first byte, until the first of
//   requests N I        at every Nth request: I instructions since `from`
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "testing/runner/plugin_arguments.h"
#include "testing/runner/qemu_plugin.h"

namespace {

Argument from = {"from"};
Argument request = {"request"};
Argument send = {"send"};
Argument every = {"every"};

// The machine has one CPU.
std::uint64_t executed = 0;  // since power-on; the emulated code itself adds to it
std::uint64_t before = 0;    // of them, before `from`
std::uint64_t requests = 0;
std::uint64_t sleeps = 0;
bool has_begun = false;
bool has_sent = false;

void OnFrom(unsigned, void*) {
  if (!has_begun) before = executed;
  has_begun = true;
}

void OnRequest(unsigned, void*) {
  ++requests;
  if (requests % every.value == 0) Print("requests %llu %llu\n", Number{requests}, Number{executed - before});
}

void OnSend(unsigned, void*) {
  if (requests == 0 || has_sent) return;
  has_sent = true;
  Print("first_byte %llu\n", Number{executed - before});
}

void OnSleep(unsigned, void*) {
  ++sleeps;
  if (has_sent && requests < every.value) Print("asleep %llu\n", Number{sleeps});
}

// HLT and MWAIT; WFI.
bool IsSleep(const qemu_plugin_insn* instruction) {
  const auto* const bytes = static_cast<const unsigned char*>(qemu_plugin_insn_data(instruction));
  switch (qemu_plugin_insn_size(instruction)) {
    case 1:
      return bytes[0] == 0xf4;
    case 3:
      return std::memcmp(bytes, "\x0f\x01\xc9", 3) == 0;
    case 4:
      return std::memcmp(bytes, "\x7f\x20\x03\xd5", 4) == 0;
    default:
      return false;
  }
}

void OnTranslate(qemu_plugin_id_t, qemu_plugin_tb* block) {
  const std::size_t size = qemu_plugin_tb_n_insns(block);
  for (std::size_t i = 0; i < size; ++i) {
    qemu_plugin_insn* instruction = qemu_plugin_tb_get_insn(block, i);
    const std::uint64_t address = qemu_plugin_insn_vaddr(instruction);
    const ExecuteCallback callback = address == from.value      ? OnFrom
                                     : address == request.value ? OnRequest
                                     : address == send.value    ? OnSend
                                     : IsSleep(instruction)     ? OnSleep
                                                                : nullptr;
    if (callback != nullptr) {
      qemu_plugin_register_vcpu_insn_exec_cb(instruction, callback, QEMU_PLUGIN_CB_NO_REGS, nullptr);
    }
    qemu_plugin_register_vcpu_insn_exec_inline(instruction, QEMU_PLUGIN_INLINE_ADD_U64, &executed, 1);
  }
}

}  // namespace

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t*, int argc, char** argv) {
  for (int i = 0; i < argc; ++i) {
    if (ReadArgument({&from, &request, &send, &every}, argv[i])) continue;
    std::fprintf(stderr, "count_requests: bad argument %s\n", argv[i]);
    return 1;
  }
  qemu_plugin_register_vcpu_tb_trans_cb(id, OnTranslate);
  return 0;
}
