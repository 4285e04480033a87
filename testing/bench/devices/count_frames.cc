// A plugin for QEMU's TCG (interface of QEMU 7.2): what a frame there and back costs, in instructions of CPU 0. Time
// asleep does not count.
//
//   -plugin count_frames.so,send=0xA,warm=N,count=N -d plugin
//
// `send`: what gives a frame to the device. Writes to QEMU's log, once after `warm` frames and `count` more:
//
//   per_frame N       instructions between the two, divided by count
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <initializer_list>

#include "testing/runner/plugin_arguments.h"
#include "testing/runner/qemu_plugin.h"

namespace {

Argument send = {"send"};
Argument warm = {"warm"};
Argument frames_to_count = {"count"};

// CPU 0 alone writes these; the others are parked.
std::uint64_t instructions = 0;
std::uint64_t frames = 0;
std::uint64_t at_warm = 0;

void OnInstruction(unsigned cpu, void*) {
  if (cpu == 0) ++instructions;
}

void OnSend(unsigned cpu, void*) {
  OnInstruction(cpu, nullptr);
  if (cpu != 0) return;
  ++frames;
  if (frames == warm.value) at_warm = instructions;
  if (frames != warm.value + frames_to_count.value) return;
  Print("per_frame %llu\n", Number{(instructions - at_warm) / frames_to_count.value});
}

void OnTranslate(qemu_plugin_id_t, qemu_plugin_tb* block) {
  const std::size_t size = qemu_plugin_tb_n_insns(block);
  for (std::size_t i = 0; i < size; ++i) {
    qemu_plugin_insn* instruction = qemu_plugin_tb_get_insn(block, i);
    const bool is_send = qemu_plugin_insn_vaddr(instruction) == send.value;
    qemu_plugin_register_vcpu_insn_exec_cb(instruction, is_send ? OnSend : OnInstruction, QEMU_PLUGIN_CB_NO_REGS,
                                           nullptr);
  }
}

}  // namespace

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t*, int argc, char** argv) {
  for (int i = 0; i < argc; ++i) {
    if (ReadArgument({&send, &warm, &frames_to_count}, argv[i])) continue;
    std::fprintf(stderr, "count_frames: bad argument %s\n", argv[i]);
    return 1;
  }
  qemu_plugin_register_vcpu_tb_trans_cb(id, OnTranslate);
  return 0;
}
