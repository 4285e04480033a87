#ifndef ENKEL_TESTING_RUNNER_QEMU_PLUGIN_H_
#define ENKEL_TESTING_RUNNER_QEMU_PLUGIN_H_

// What our plugins for QEMU's TCG use of its plugin interface, version 1, as QEMU 7.2 has it: Debian's QEMU ships no
// header for it. [QEMU] docs/devel/tcg-plugins. Included by the one source file of a plugin, which defines
// qemu_plugin_install.
#include <cstddef>
#include <cstdint>

extern "C" {

using qemu_plugin_id_t = std::uint64_t;
struct qemu_info_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS };
enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 };

using TranslateCallback = void (*)(qemu_plugin_id_t id, qemu_plugin_tb* block);
using ExecuteCallback = void (*)(unsigned cpu, void* data);
using ExitCallback = void (*)(qemu_plugin_id_t id, void* data);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, TranslateCallback callback);
void qemu_plugin_register_vcpu_insn_exec_inline(qemu_plugin_insn* instruction, qemu_plugin_op operation, void* to,
                                                std::uint64_t value);
void qemu_plugin_register_vcpu_insn_exec_cb(qemu_plugin_insn* instruction, ExecuteCallback callback,
                                            qemu_plugin_cb_flags flags, void* data);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, ExitCallback callback, void* data);
std::size_t qemu_plugin_tb_n_insns(const qemu_plugin_tb* block);
qemu_plugin_insn* qemu_plugin_tb_get_insn(const qemu_plugin_tb* block, std::size_t index);
std::uint64_t qemu_plugin_insn_vaddr(const qemu_plugin_insn* instruction);
const void* qemu_plugin_insn_data(const qemu_plugin_insn* instruction);
std::size_t qemu_plugin_insn_size(const qemu_plugin_insn* instruction);
void qemu_plugin_outs(const char* text);

// QEMU looks these two up by name when it loads the plugin.
[[gnu::visibility("default"), gnu::used]] inline int qemu_plugin_version = 1;
[[gnu::visibility("default")]] int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t* info, int argc,
                                                       char** argv);

}  // extern "C"

#endif  // ENKEL_TESTING_RUNNER_QEMU_PLUGIN_H_
