// From the board's first instruction to EnkelBoot: in at any exception level, out at EL1 with MMU, vectors and stacks.
//
//   in:   x0 = the loader's word (a device tree, or anything); EL3, EL2 or EL1; MMU and caches off, or on with an
//         identity map (U-Boot's `go`); one core; the image where it was linked
//   out:  EnkelBoot(x0, 0) at EL1, SPSel = 0: SP_EL0 is the main stack, SP_EL1 the interrupt stack. IRQ, FIQ and debug
//         exceptions masked, SError not.
//
// Register use: x19 = the loader's word, x20 = exception level at entry, x21 = next free page of the boot pool.

#include "kernel/arch/aarch64/boot_constants.h"

.equ HCR_EL2_RW,         1 << 31                // EL1 is AArch64; nothing traps, no stage 2
.equ CNTHCTL_EL2_OPEN,   3                      // EL1PCTEN | EL1PCEN: counter and physical timer belong to EL1
.equ CPTR_EL2_OPEN,      0x33ff                 // RES1 bits; TFP and TCPAC clear
.equ ICC_SRE_OPEN,       9                      // SRE | Enable: ICC_* are system registers, for EL1 too
.equ SCR_EL3_VALUE,      0x5b1                  // RW | HCE | SMD | RES1 | NS
.equ CPACR_EL1_FPEN,     3 << 20
.equ SPSR_EL1T_MASKED,   0x3c4                  // DAIF set, EL1 with SP_EL0
.equ SCTLR_EL1_RES1,     0x30d00800             // bits 29 28 23 22 20 11
.equ SCTLR_C,            2                      // bit number, the same at every level
.equ SCTLR_EL1_ON,       SCTLR_EL1_RES1 | (1 << 19) | (1 << 12) | (1 << 4) | (1 << 3) | (1 << 2) | (1 << 0)
                                                // WXN | I | SA0 | SA | C | M
.equ MAIR_VALUE,         0x04ff                 // 0: Normal, write-back, allocate; 1: Device-nGnRE. page_table_entry.h
.equ TCR_HALF,           1 | (1 << 2) | (3 << 4) // IRGN, ORGN: write-back | SH: inner
.equ TCR_VALUE,          16 | (TCR_HALF << 8) | (25 << 16) | (1 << 22) | (TCR_HALF << 24) | (2 << 30) | (2 << 32)
                                                // T0SZ: 48 bits | T1SZ: 39 bits | A1 | TG1: 4 KiB | IPS: 40 bits
.equ MIDR_A53,           0x41d03                // implementer and part number
.equ CPUECTLR_SMPEN,     1 << 6

.macro address register, symbol
    adrp \register, \symbol
    add \register, \register, :lo12:\symbol
.endm

    .cfi_sections .debug_frame                  // for debuggers: nothing is thrown through this
    .section .text.boot.EnkelStart, "ax"
    .global EnkelStart
    .type EnkelStart, %function
EnkelStart:
    .cfi_startproc
    .cfi_undefined x30
    msr daifset, #15
    mov x19, x0
    mrs x20, CurrentEL
    lsr x20, x20, #2
    address x0, EnkelVectors
    msr vbar_el1, x0
    cmp x20, #2
    b.lo from_el1
    b.eq from_el2

from_el3:
    mrs x0, sctlr_el3
    bl clean_image_if_cached
    mov x0, #SCR_EL3_VALUE
    msr scr_el3, x0
    msr cptr_el3, xzr
    mrs x0, midr_el1
    ubfx x1, x0, #4, #12
    lsr x0, x0, #24
    bfi x1, x0, #12, #8
    mov x0, #(MIDR_A53 & 0xffff)
    movk x0, #(MIDR_A53 >> 16), lsl #16
    cmp x0, x1
    b.ne 1f
    mrs x0, S3_1_C15_C2_1                       // CPUECTLR_EL1: a core must be in the coherency domain before its
    orr x0, x0, #CPUECTLR_SMPEN                 // caches are on. Firmware did it for whoever starts lower than EL3.
    msr S3_1_C15_C2_1, x0
1:  bl open_gic
    bl open_el2                                 // without EL2 its registers read as zero and ignore writes here
    mov x0, #SPSR_EL1T_MASKED
    msr spsr_el3, x0
    adr x0, at_el1
    msr elr_el3, x0
    eret

from_el2:
    mrs x0, sctlr_el2
    bl clean_image_if_cached
    bl open_gic
    bl open_el2
    mov x0, #SPSR_EL1T_MASKED
    msr spsr_el2, x0
    adr x0, at_el1
    msr elr_el2, x0
    eret

from_el1:
    mrs x0, sctlr_el1
    bl clean_image_if_cached
    ldr w0, =SCTLR_EL1_RES1
    msr sctlr_el1, x0

at_el1:
    isb
    mov x0, #CPACR_EL1_FPEN
    msr cpacr_el1, x0
    msr tpidr_el1, xzr                          // no exception inside an exception yet: vectors.S
    adrp x0, __interrupt_stack_top
    adrp x1, __stack_top
    msr SPSel, #1
    mov sp, x0
    msr SPSel, #0
    mov sp, x1
    mov x29, xzr
    mov x30, xzr
    isb
    .weak EnkelStartInstructionCounter          // where nobody links it, this calls the next instruction
    bl EnkelStartInstructionCounter
    bl EnkelBuildBootTables
    mov x21, x0

    // The tables were written around the caches. A line of theirs that some earlier program left in a cache would hide
    // them from the walker as soon as caches are on: drop such lines. (The stack was written too, but is empty again.)
    address x0, __boot_tables_start
    mrs x2, ctr_el0
    ubfx x2, x2, #16, #4                        // DminLine: log2 of the words of the smallest data cache line
    mov x3, #4
    lsl x2, x3, x2
    dsb sy
1:  dc ivac, x0
    add x0, x0, x2
    cmp x0, x21
    b.lo 1b

    mov x0, #MAIR_VALUE
    msr mair_el1, x0
    ldr x0, =TCR_VALUE
    msr tcr_el1, x0
    adrp x0, __boot_tables_start
    msr ttbr0_el1, x0
    add x0, x0, #ENKEL_ARM_EMPTY_ROOT_OFFSET
    msr ttbr1_el1, x0
    ic iallu
    tlbi vmalle1
    dsb sy
    isb
    ldr w0, =SCTLR_EL1_ON
    msr sctlr_el1, x0
    isb

    bl zero_bss
    adrp x0, enkel_boot_tables_next
    str x21, [x0, :lo12:enkel_boot_tables_next]
    adrp x0, enkel_entry_exception_level
    str x20, [x0, :lo12:enkel_entry_exception_level]
    mrs x0, cntvct_el0                          // a stack canary that no two starts share and no string can write
    ldr x1, =0x9e3779b97f4a7c15                 // (low byte 0), until musl takes a better one
    mul x0, x0, x1
    ror x0, x0, #23
    bic x0, x0, #0xff
    adrp x1, __stack_chk_guard
    str x0, [x1, :lo12:__stack_chk_guard]
    msr daifclr, #4                             // a bus error is reported when it happens
    mov x0, x19
    mov x1, xzr
    mov x29, xzr
    mov x30, xzr
    b EnkelBoot
    .cfi_endproc

// Called at EL3 or EL2: hands everything that EL2 could keep to EL1, whose MMU starts off.
open_el2:
    mov x0, #HCR_EL2_RW
    msr hcr_el2, x0
    mov x0, #CNTHCTL_EL2_OPEN
    msr cnthctl_el2, x0
    msr cntvoff_el2, xzr
    mov x0, #CPTR_EL2_OPEN
    msr cptr_el2, x0
    msr hstr_el2, xzr
    msr vttbr_el2, xzr                          // its VMID tags TLB entries even without stage 2
    mrs x0, midr_el1
    msr vpidr_el2, x0
    mrs x0, mpidr_el1
    msr vmpidr_el2, x0
    ldr w0, =SCTLR_EL1_RES1
    msr sctlr_el1, x0
    ret

// Called at EL3 or EL2: EL1 may use the system registers of a GIC version 3, where there is one.
open_gic:
    mrs x0, id_aa64pfr0_el1
    ubfx x0, x0, #24, #4
    cbz x0, 2f
    mov x0, #ICC_SRE_OPEN
    cmp x20, #3
    b.ne 1f
    msr icc_sre_el3, x0
    isb
1:  msr icc_sre_el2, x0
    isb
2:  ret

// x0 = SCTLR of the current level. With caches on, the image (and what lay in the memory of its bss and tables) may be
// in them and not in RAM, where the next instructions, run without caches, look. Loaders that leave the caches off have
// cleaned the image already; the arm64 boot protocol asks for it.
clean_image_if_cached:
    tbz x0, #SCTLR_C, 2f
    adrp x0, __image_start
    adrp x1, __image_end
    mrs x2, ctr_el0
    ubfx x2, x2, #16, #4
    mov x3, #4
    lsl x2, x3, x2
1:  dc civac, x0
    add x0, x0, x2
    cmp x0, x1
    b.lo 1b
    dsb sy
    ic iallu
    dsb sy
    isb
2:  ret

// With caches on, DC ZVA clears a whole block (64 bytes on a Cortex-A53) in one instruction.
zero_bss:
    address x0, __bss_start
    address x1, __bss_end
    mrs x2, dczid_el0
    tbnz x2, #4, 4f                             // DZP: not allowed
    mov x3, #4
    and x2, x2, #15
    lsl x2, x3, x2                              // bytes a block
    sub x3, x2, #1
1:  tst x0, x3                                  // up to the first whole block
    b.eq 2f
    cmp x0, x1
    b.hs 5f
    stp xzr, xzr, [x0], #16
    b 1b
2:  sub x3, x1, x2, lsl #2                      // the last address at which four blocks fit
    cmp x0, x3
    b.gt 4f
3:  dc zva, x0
    add x0, x0, x2
    dc zva, x0
    add x0, x0, x2
    dc zva, x0
    add x0, x0, x2
    dc zva, x0
    add x0, x0, x2
    cmp x0, x3
    b.le 3b
4:  cmp x0, x1                                  // the rest, 16 bytes at a time
    b.hs 5f
    stp xzr, xzr, [x0], #16
    b 4b
5:  ret
    .size EnkelStart, . - EnkelStart

// In .data, because the entry code zeroes .bss.
    .section .data.enkel_boot_tables_next, "aw"
    .balign 8
    .global enkel_boot_tables_next
    .type enkel_boot_tables_next, %object
enkel_boot_tables_next:                         // the first page of [.., __boot_tables_end) that holds no table
    .quad 0
    .size enkel_boot_tables_next, 8

    .section .data.enkel_entry_exception_level, "aw"
    .balign 8
    .global enkel_entry_exception_level
    .type enkel_entry_exception_level, %object
enkel_entry_exception_level:                    // 1, 2 or 3
    .quad 0
    .size enkel_entry_exception_level, 8
