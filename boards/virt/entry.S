// The first instruction on QEMU's virt board: one core runs, the others are off (PSCI).
#include "kernel/arch/aarch64/image_header.inc"

    .section .head, "ax"
    .global _start
    .type _start, %function
_start:
    arm64_image_header EnkelStart
    .size _start, . - _start
