// The part of a GIC version 3 that lies in the CPU: system registers instead of memory. [GIC] 12.2
#ifndef ENKEL_KERNEL_ARCH_AARCH64_GIC_CPU_INTERFACE_H_
#define ENKEL_KERNEL_ARCH_AARCH64_GIC_CPU_INTERFACE_H_

#include <cstdint>

namespace kernel::arch {

// This core's. start.S has opened it to EL1. Interrupt-safe.
struct GicCpuInterface {
  // Whether the CPU has these registers, and so a GIC of version 3 or later. [ARM ARM] D17.2.64 (ID_AA64PFR0_EL1)
  static bool Exists() {
    std::uint64_t features;
    asm("mrs %0, id_aa64pfr0_el1" : "=r"(features));
    return (features >> 24 & 0xf) != 0;
  }

  // Lets interrupts of group 1 and of any priority through; End both drops the priority and deactivates.
  static void Enable() {
    constexpr std::uint64_t kAnyPriority = 0xff;
    asm volatile(
        "mrs x9, icc_sre_el1\n\t"
        "orr x9, x9, #1\n\t"
        "msr icc_sre_el1, x9\n\t"
        "isb\n\t"
        "msr icc_pmr_el1, %0\n\t"
        "msr icc_bpr1_el1, xzr\n\t"
        "msr icc_ctlr_el1, xzr\n\t"
        "mov x9, #1\n\t"
        "msr icc_igrpen1_el1, x9\n\t"
        "isb" ::"r"(kAnyPriority)
        : "x9", "memory");
  }

  // The pending interrupt that goes first, now active; 1023 when there is none.
  static std::uint32_t Acknowledge() {
    std::uint64_t id;
    asm volatile("mrs %0, icc_iar1_el1\n\tdsb sy" : "=r"(id)::"memory");  // active before the handler goes on
    return static_cast<std::uint32_t>(id);
  }

  static void End(std::uint32_t id) {
    asm volatile("msr icc_eoir1_el1, %0\n\tisb" ::"r"(std::uint64_t{id}) : "memory");
  }
};

}  // namespace kernel::arch

#endif  // ENKEL_KERNEL_ARCH_AARCH64_GIC_CPU_INTERFACE_H_
