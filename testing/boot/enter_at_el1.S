// Stands before a Raspberry Pi 3 image as a loader that leaves at EL1: QEMU starts it at EL3 on all four cores.
// Core 0 goes on at 0x80000 with x0 = 0, MMU and caches off; the others go there as they are.

.equ IMAGE,              0x80000
.equ SCR_EL3_VALUE,      0x5b1                  // RW | HCE | SMD | RES1 | NS
.equ HCR_EL2_RW,         1 << 31                // EL1 is AArch64
.equ CNTHCTL_EL2_OPEN,   3                      // EL1 may use the physical counter and timer
.equ CPTR_EL2_OPEN,      0x33ff
.equ SCTLR_EL1_RES1,     0x30d00800
.equ SPSR_EL1H_MASKED,   0x3c5

    .global _start
_start:
    mov x9, #IMAGE
    mrs x1, mpidr_el1
    ands x1, x1, #0xff
    b.ne at_image
    mov x1, #SCR_EL3_VALUE
    msr scr_el3, x1
    msr cptr_el3, xzr
    mov x1, #HCR_EL2_RW
    msr hcr_el2, x1
    mov x1, #CNTHCTL_EL2_OPEN
    msr cnthctl_el2, x1
    msr cntvoff_el2, xzr
    mov x1, #CPTR_EL2_OPEN
    msr cptr_el2, x1
    mrs x1, midr_el1
    msr vpidr_el2, x1
    mrs x1, mpidr_el1
    msr vmpidr_el2, x1
    ldr w1, =SCTLR_EL1_RES1
    msr sctlr_el1, x1
    mov x1, #SPSR_EL1H_MASKED
    msr spsr_el3, x1
    msr elr_el3, x9
    mov x0, #0
    eret
at_image:
    br x9
