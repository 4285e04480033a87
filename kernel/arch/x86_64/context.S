// EnkelSwitchContext(Context* from, const Context* to): [x86-64 ABI] 3.2.1 says which registers a call keeps. Context
// is {stack pointer, thread pointer} (kernel/arch/context.h); context.cc builds the same frame for a new one.
#include "kernel/arch/x86_64/boot_constants.h"

        .section .text.EnkelSwitchContext, "ax"
        .global EnkelSwitchContext
        .type EnkelSwitchContext, @function
EnkelSwitchContext:
        pushq   %rbp
        pushq   %rbx
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        pushq   $0
        stmxcsr (%rsp)
        fnstcw  4(%rsp)
        movl    $ENKEL_X86_MSR_FS_BASE, %ecx
        rdmsr
        movl    %eax, 8(%rdi)
        movl    %edx, 12(%rdi)
        movq    %rsp, (%rdi)

        movq    (%rsi), %rsp
        movl    8(%rsi), %eax
        movl    12(%rsi), %edx
        wrmsr
        ldmxcsr (%rsp)
        fldcw   4(%rsp)
        addq    $8, %rsp
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %rbx
        popq    %rbp
        ret
        .size EnkelSwitchContext, . - EnkelSwitchContext

        .section .text.EnkelX86EnterContext, "ax"
        .global EnkelX86EnterContext
        .type EnkelX86EnterContext, @function
// The first instructions of a new context: %rbx = entry, %r12 = argument, %rbp = 0, 0 where a return address would be.
EnkelX86EnterContext:
        .cfi_startproc
        .cfi_undefined %rip
        movq    %r12, %rdi
        jmpq    *%rbx
        .cfi_endproc
        .size EnkelX86EnterContext, . - EnkelX86EnterContext

        .section .note.GNU-stack, "", @progbits
