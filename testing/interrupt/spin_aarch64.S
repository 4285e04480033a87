// Spins with a value of its own in every register, and looks whether an interrupt has changed one.

.macro for_each_general macro
    .irp n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29
    \macro \n
    .endr
.endm

.macro for_each_vector macro
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    \macro \n
    .endr
    .irp n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    \macro \n
    .endr
.endm

.macro fill_general n
    mov x\n, #3 * \n
.endm

.macro check_general n
    cmp x\n, #3 * \n
    b.ne 2f
.endm

.macro fill_vector n
    mov x1, #100 + \n
    mov x2, #200 + \n
    ins v\n\().d[0], x1
    ins v\n\().d[1], x2
.endm

.macro check_vector n
    umov x1, v\n\().d[0]
    umov x2, v\n\().d[1]
    cmp x1, #100 + \n
    b.ne 2f
    cmp x2, #200 + \n
    b.ne 2f
.endm

.equ FPCR_ROUND_TO_ZERO, 3 << 22
.equ FPSR_INEXACT,       1 << 4
.equ NZCV_N_AND_C,       0xa << 28

    .text
    .global SpinUntil
    .type SpinUntil, %function
SpinUntil:                              // x0 = address of an int; returns when it is not 0: w0 = 1 if all is well
    stp x29, x30, [sp, #-160]!
    stp x19, x20, [sp, #16]
    stp x21, x22, [sp, #32]
    stp x23, x24, [sp, #48]
    stp x25, x26, [sp, #64]
    stp x27, x28, [sp, #80]
    stp d8, d9, [sp, #96]
    stp d10, d11, [sp, #112]
    stp d12, d13, [sp, #128]
    stp d14, d15, [sp, #144]
    for_each_vector fill_vector
    ldr x1, =FPCR_ROUND_TO_ZERO
    msr fpcr, x1
    mov x1, #FPSR_INEXACT
    msr fpsr, x1
    ldr x1, =NZCV_N_AND_C
    msr nzcv, x1
    for_each_general fill_general
1:  ldr w30, [x0]
    cbz w30, 1b
    mrs x30, nzcv
    mov x0, #0
    for_each_general check_general
    ldr x1, =NZCV_N_AND_C
    cmp x30, x1
    b.ne 2f
    mrs x1, fpcr
    ldr x2, =FPCR_ROUND_TO_ZERO
    cmp x1, x2
    b.ne 2f
    mrs x1, fpsr
    cmp x1, #FPSR_INEXACT
    b.ne 2f
    for_each_vector check_vector
    mov x0, #1
2:  msr fpcr, xzr
    msr fpsr, xzr
    ldp x19, x20, [sp, #16]
    ldp x21, x22, [sp, #32]
    ldp x23, x24, [sp, #48]
    ldp x25, x26, [sp, #64]
    ldp x27, x28, [sp, #80]
    ldp d8, d9, [sp, #96]
    ldp d10, d11, [sp, #112]
    ldp d12, d13, [sp, #128]
    ldp d14, d15, [sp, #144]
    ldp x29, x30, [sp], #160
    ret
    .size SpinUntil, . - SpinUntil
