// Where Linux starts the process. sp points to argc, and is a multiple of 16; nothing else is defined.

        .section .text._start, "ax"
        .global _start
        .type _start, %function
_start:
        .cfi_startproc
        .cfi_undefined x30
        mov     x29, xzr
        mov     x30, xzr
        mov     x19, sp
        bl      EnkelLinuxCatchSignals
        mov     x0, x19
        mov     x1, xzr
        bl      EnkelBoot
        brk     #1
        .cfi_endproc
        .size _start, . - _start

        .section .note.GNU-stack, "", %progbits
