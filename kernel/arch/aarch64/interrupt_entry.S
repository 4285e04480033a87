// From the vector of an interrupt to EnkelOnInterrupt and back. vectors.S leads here; whoever unmasks interrupts
// (interrupts.cc) makes the linker take it.
//
// On SP_EL1, which is the empty interrupt stack, everything masked. Saved is what a C++ function may change: of v8 to
// v15 it keeps the lower halves only [AAPCS64] 6.1.2, so that all vector registers are. The record {x29, ELR_EL1} makes
// the interrupted code the caller of the handler in a backtrace.

.equ X18_SPSR,   144                    // the frame: x0 to x17 come first
.equ RECORD,     160                    // x29, ELR_EL1
.equ X30_FPCR,   176
.equ FPSR,       192
.equ VECTORS,    208                    // q0 to q31
.equ FRAME_SIZE, VECTORS + 32 * 16

// `operation`: stp or ldp.
.macro general_registers operation
    \operation x0, x1, [sp, #0]
    \operation x2, x3, [sp, #16]
    \operation x4, x5, [sp, #32]
    \operation x6, x7, [sp, #48]
    \operation x8, x9, [sp, #64]
    \operation x10, x11, [sp, #80]
    \operation x12, x13, [sp, #96]
    \operation x14, x15, [sp, #112]
    \operation x16, x17, [sp, #128]
.endm

.macro vector_registers operation
    \operation q0, q1, [sp, #VECTORS + 0]
    \operation q2, q3, [sp, #VECTORS + 32]
    \operation q4, q5, [sp, #VECTORS + 64]
    \operation q6, q7, [sp, #VECTORS + 96]
    \operation q8, q9, [sp, #VECTORS + 128]
    \operation q10, q11, [sp, #VECTORS + 160]
    \operation q12, q13, [sp, #VECTORS + 192]
    \operation q14, q15, [sp, #VECTORS + 224]
    \operation q16, q17, [sp, #VECTORS + 256]
    \operation q18, q19, [sp, #VECTORS + 288]
    \operation q20, q21, [sp, #VECTORS + 320]
    \operation q22, q23, [sp, #VECTORS + 352]
    \operation q24, q25, [sp, #VECTORS + 384]
    \operation q26, q27, [sp, #VECTORS + 416]
    \operation q28, q29, [sp, #VECTORS + 448]
    \operation q30, q31, [sp, #VECTORS + 480]
.endm

    .section .text.EnkelInterruptEntry, "ax"
    .global EnkelInterruptEntry
    .type EnkelInterruptEntry, %function
EnkelInterruptEntry:
    sub sp, sp, #FRAME_SIZE
    general_registers stp
    mrs x0, spsr_el1
    mrs x1, elr_el1
    mrs x2, fpcr
    mrs x3, fpsr
    stp x18, x0, [sp, #X18_SPSR]
    stp x29, x1, [sp, #RECORD]
    stp x30, x2, [sp, #X30_FPCR]
    str x3, [sp, #FPSR]
    vector_registers stp
    msr fpcr, xzr                       // a handler computes alike, whatever it interrupts
    add x29, sp, #RECORD
    mov w0, #0
    bl EnkelOnInterrupt
    vector_registers ldp
    ldr x3, [sp, #FPSR]
    ldp x30, x2, [sp, #X30_FPCR]
    ldp x29, x1, [sp, #RECORD]
    ldp x18, x0, [sp, #X18_SPSR]
    msr fpsr, x3
    msr fpcr, x2
    msr elr_el1, x1
    msr spsr_el1, x0
    general_registers ldp
    add sp, sp, #FRAME_SIZE
    eret
    .size EnkelInterruptEntry, . - EnkelInterruptEntry
