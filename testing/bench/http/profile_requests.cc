// A plugin for QEMU's TCG (interface of QEMU 7.2): how often each instruction of an image ran, over a number of
// requests to a web server.
//
//   -plugin profile_requests.so,begin=0xA,end=0xB,request=0xC,after=N,requests=M -d plugin
//
// `begin`, `end`: the image's code. `request`: what runs once when a request is parsed. When M requests have come after
// the first N, QEMU's log gets a line for each instruction that ran meanwhile, and one for all outside the image:
//
//   ran ADDRESS TIMES
//   elsewhere TIMES
//   profiled M
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "testing/runner/plugin_arguments.h"
#include "testing/runner/qemu_plugin.h"

namespace {

Argument begin = {"begin"};
Argument end = {"end"};
Argument request = {"request"};
Argument after = {"after"};
Argument wanted = {"requests"};

// By address; the emulated code itself adds to them.
std::uint64_t* times = nullptr;
std::uint64_t elsewhere = 0;
std::uint64_t requests = 0;

void OnRequest(unsigned, void*) {
  ++requests;
  const std::uint64_t size = end.value - begin.value;
  if (requests == after.value) {
    std::memset(times, 0, size * sizeof(*times));
    elsewhere = 0;
  }
  if (requests != after.value + wanted.value) return;
  for (std::uint64_t i = 0; i < size; ++i) {
    if (times[i] != 0) Print("ran %llx %llu\n", Number{begin.value + i}, Number{times[i]});
  }
  Print("elsewhere %llu\n", Number{elsewhere});
  Print("profiled %llu\n", Number{wanted.value});
}

void OnTranslate(qemu_plugin_id_t, qemu_plugin_tb* block) {
  const std::size_t size = qemu_plugin_tb_n_insns(block);
  for (std::size_t i = 0; i < size; ++i) {
    qemu_plugin_insn* const instruction = qemu_plugin_tb_get_insn(block, i);
    const std::uint64_t address = qemu_plugin_insn_vaddr(instruction);
    if (address == request.value) {
      qemu_plugin_register_vcpu_insn_exec_cb(instruction, OnRequest, QEMU_PLUGIN_CB_NO_REGS, nullptr);
    }
    const bool is_ours = address >= begin.value && address < end.value;
    std::uint64_t* const count = is_ours ? &times[address - begin.value] : &elsewhere;
    qemu_plugin_register_vcpu_insn_exec_inline(instruction, QEMU_PLUGIN_INLINE_ADD_U64, count, 1);
  }
}

}  // namespace

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t*, int argc, char** argv) {
  for (int i = 0; i < argc; ++i) {
    if (ReadArgument({&begin, &end, &request, &after, &wanted}, argv[i])) continue;
    std::fprintf(stderr, "profile_requests: bad argument %s\n", argv[i]);
    return 1;
  }
  if (end.value <= begin.value) return 1;
  times = static_cast<std::uint64_t*>(std::calloc(end.value - begin.value, sizeof(*times)));
  if (times == nullptr) return 1;
  qemu_plugin_register_vcpu_tb_trans_cb(id, OnTranslate);
  return 0;
}
