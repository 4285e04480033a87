// The first instruction on a Raspberry Pi 3. Core 0 goes on to kernel/arch/aarch64/start.S, the others sleep.
#include "kernel/arch/aarch64/image_header.inc"

.equ SPIN_TABLE, 0xe0                   // where cores 1 to 3 of the firmware (and of QEMU) look for an address
.equ MPIDR_AFF0, 0xff

    .section .head, "ax"
    .global _start
    .type _start, %function
_start:
    arm64_image_header entry

entry:
    mrs x1, mpidr_el1                   // QEMU starts all four cores here when the image is an ELF file
    tst x1, #MPIDR_AFF0
    b.ne park
    adr x1, park                        // else 1 to 3 poll the spin table; QEMU's loop burns a host core
    mov x2, #SPIN_TABLE
    stp x1, x1, [x2]
    str x1, [x2, #16]
    dc cvac, x2                         // they poll with their caches off; the three slots are in one line
    dsb sy
    sev
    b EnkelStart

park:
    msr daifset, #15
1:  wfi                                 // never wfe: see above
    b 1b
    .size _start, . - _start
