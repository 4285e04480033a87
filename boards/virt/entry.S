// The first instruction on QEMU's virt board: one core runs, the others are off (PSCI).
//
// An ELF file and secure=on: entered at EL3, we are the firmware, and before the kernel goes to a non-secure EL1 its
// interrupts must be non-secure ones (group 1). Otherwise QEMU's own loader has seen to that, or there is no secure state.
#include "kernel/arch/aarch64/image_header.inc"

.equ GIC_DISTRIBUTOR,   0x08000000      // addresses.h
.equ GIC_CPU_INTERFACE, 0x08010000
.equ GICD_CTLR_DS,      1 << 6          // version 3: no secure state any more. [GIC] 12.9.4
.equ GICD_TYPER,        4
.equ GICD_IGROUPR,      0x80
.equ GICC_PMR,          4
.equ CURRENT_EL_3,      3 << 2

    .section .head, "ax"
    .global _start
    .type _start, %function
_start:
    arm64_image_header entry

entry:
    mrs x1, CurrentEL
    cmp x1, #CURRENT_EL_3
    b.ne EnkelStart
    mov x1, #GIC_DISTRIBUTOR
    mrs x2, id_aa64pfr0_el1
    ubfx x2, x2, #24, #4
    cbz x2, 1f
    mov w2, #GICD_CTLR_DS
    str w2, [x1]
    b EnkelStart
1:  ldr w2, [x1, #GICD_TYPER]           // version 2
    and w2, w2, #31                     // ITLinesNumber: words of 32 lines, less one
    add x3, x1, #GICD_IGROUPR
    mov w4, #-1
2:  str w4, [x3], #4
    subs w2, w2, #1
    b.pl 2b
    mov x1, #GIC_CPU_INTERFACE          // the mask that the secure state leaves limits what the other may set
    mov w4, #0xff
    str w4, [x1, #GICC_PMR]
    b EnkelStart
    .size _start, . - _start
