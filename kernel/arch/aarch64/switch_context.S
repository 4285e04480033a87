// The two halves of a context switch. kernel/arch/context.h says what they promise; context.cc has the layout.

.equ SAVED_SIZE, 176

    .cfi_sections .debug_frame          // for debuggers: nothing is thrown through this, and where no table is the stack ends

    .section .text.EnkelSwitchContext, "ax"
    .global EnkelSwitchContext
    .type EnkelSwitchContext, %function
EnkelSwitchContext:                     // x0 = from, x1 = to: {stack pointer, thread pointer}
    .cfi_startproc
    sub sp, sp, #SAVED_SIZE
    .cfi_adjust_cfa_offset SAVED_SIZE
    stp x19, x20, [sp, #0]
    stp x21, x22, [sp, #16]
    stp x23, x24, [sp, #32]
    stp x25, x26, [sp, #48]
    stp x27, x28, [sp, #64]
    stp x29, x30, [sp, #80]
    .cfi_rel_offset x29, 80
    .cfi_rel_offset x30, 88
    stp d8, d9, [sp, #96]
    stp d10, d11, [sp, #112]
    stp d12, d13, [sp, #128]
    stp d14, d15, [sp, #144]
    mrs x2, fpcr
    mrs x3, fpsr
    stp x2, x3, [sp, #160]
    mov x2, sp
    mrs x3, tpidr_el0
    stp x2, x3, [x0]

    ldp x2, x3, [x1]
    mov sp, x2
    msr tpidr_el0, x3
    ldp x2, x3, [sp, #160]
    msr fpcr, x2
    msr fpsr, x3
    ldp x19, x20, [sp, #0]
    ldp x21, x22, [sp, #16]
    ldp x23, x24, [sp, #32]
    ldp x25, x26, [sp, #48]
    ldp x27, x28, [sp, #64]
    ldp x29, x30, [sp, #80]
    ldp d8, d9, [sp, #96]
    ldp d10, d11, [sp, #112]
    ldp d12, d13, [sp, #128]
    ldp d14, d15, [sp, #144]
    add sp, sp, #SAVED_SIZE
    .cfi_adjust_cfa_offset -SAVED_SIZE
    .cfi_restore x29
    .cfi_restore x30
    ret
    .cfi_endproc
    .size EnkelSwitchContext, . - EnkelSwitchContext

// Where a new context begins: x19 = entry, x20 = argument. An unwinder ends here.
    .section .text.EnkelContextStart, "ax"
    .global EnkelContextStart
    .type EnkelContextStart, %function
EnkelContextStart:
    .cfi_startproc
    .cfi_undefined x30
    mov x30, xzr
    mov x0, x20
    blr x19
    brk #1                              // entry promised not to return
    .cfi_endproc
    .size EnkelContextStart, . - EnkelContextStart
