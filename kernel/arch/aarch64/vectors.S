// Exception vectors of EL1. The kernel runs on SP_EL0, so that an exception, also one because SP_EL0 has run into a
// guard page, starts on a stack of its own: SP_EL1, the interrupt stack, empty whenever SP_EL0 is in use.
//
// Interrupts (IRQ) go to interrupt_entry.S where the image has it. Whatever else arrives is unexpected: save every
// register and report.

.equ FRAME_SIZE, 304                    // sizeof(ExceptionFrame), exception.cc; the offsets below are its fields

// x0 and x1 are pushed to make room for the number of the vector.
.macro report vector
    sub sp, sp, #FRAME_SIZE
    stp x0, x1, [sp]
    mov x0, #\vector
    b save_and_report
.endm

.macro exception_entry vector
    .balign 128
    report \vector
.endm

.macro interrupt_entry vector
    .balign 128
    .weak EnkelInterruptEntry           // where there is none, a branch to it goes on at the next instruction
    b EnkelInterruptEntry
    report \vector
.endm

// While SP_EL1 is in use: an interrupt handler failed, or the report of an earlier exception did, or the stack is full.
// The report gets the emergency stack from its top, also when it was there already. TPIDR_EL1, zero until now, keeps
// the old SP and, in its bits 1:0, how often that has happened. The third time nothing is left to try, and the core
// stops.
.macro nested_entry vector
    .balign 128
    msr tpidrro_el0, x0
    mrs x0, tpidr_el1
    tbnz x0, #1, 1f
    and x0, x0, #1
    add x0, x0, #1
    add sp, sp, x0
    mov x0, sp
    msr tpidr_el1, x0
    adrp x0, __exception_stack_top
    mov sp, x0
    mrs x0, tpidrro_el0
    report \vector
1:  wfi                                 // everything is masked since the exception
    b 1b
.endm

    .section .vectors, "ax"
    .balign 2048
    .global EnkelVectors
    .type EnkelVectors, %function
EnkelVectors:
    exception_entry 0                   // current level on SP_EL0: synchronous, IRQ, FIQ, SError
    interrupt_entry 1
    exception_entry 2
    exception_entry 3
    nested_entry 4                      // current level on SP_EL1
    nested_entry 5
    nested_entry 6
    nested_entry 7
    exception_entry 8                   // lower level, AArch64: nothing runs there
    exception_entry 9
    exception_entry 10
    exception_entry 11
    exception_entry 12                  // lower level, AArch32
    exception_entry 13
    exception_entry 14
    exception_entry 15
    .size EnkelVectors, . - EnkelVectors

    .section .text.save_and_report, "ax"
    .type save_and_report, %function
save_and_report:
    stp x2, x3, [sp, #16]
    stp x4, x5, [sp, #32]
    stp x6, x7, [sp, #48]
    stp x8, x9, [sp, #64]
    stp x10, x11, [sp, #80]
    stp x12, x13, [sp, #96]
    stp x14, x15, [sp, #112]
    stp x16, x17, [sp, #128]
    stp x18, x19, [sp, #144]
    stp x20, x21, [sp, #160]
    stp x22, x23, [sp, #176]
    stp x24, x25, [sp, #192]
    stp x26, x27, [sp, #208]
    stp x28, x29, [sp, #224]
    mrs x1, sp_el0
    mrs x2, tpidr_el1                   // nested: the stack pointer was SP_EL1
    cmp x2, #0
    and x2, x2, #~3
    csel x1, x1, x2, eq
    stp x30, x1, [sp, #240]
    mrs x1, elr_el1
    mrs x2, spsr_el1
    stp x1, x2, [sp, #256]
    mrs x1, esr_el1
    mrs x2, far_el1
    stp x1, x2, [sp, #272]
    str x0, [sp, #288]
    mov x0, sp
    bl EnkelReportException             // does not return
    .size save_and_report, . - save_and_report
