// EnkelSwitchContext in user mode: as kernel/arch/x86_64/context.S (MakeContext there builds the same frame), but the
// base of %fs is read from the thread's own block and written by the operating system.
// Context is {stack pointer, thread pointer} (kernel/arch/context.h). [x86-64 ABI] 3.2.1.

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
        movq    %fs:0, %rax
        movq    %rax, 8(%rdi)
        movq    %rsp, (%rdi)

        movq    (%rsi), %rsp
        movq    8(%rsi), %rdi
        cmpq    %rax, %rdi
        je      1f
        movq    %rsp, %rbx              // its saved value is on the stack that was just left; the new one is popped below
        andq    $-16, %rsp
        call    EnkelHostSetThreadPointer
        movq    %rbx, %rsp
1:      ldmxcsr (%rsp)
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
// The first instructions of a new context: %rbx = entry, %r12 = argument, 0 where a return address would be.
EnkelX86EnterContext:
        .cfi_startproc
        .cfi_undefined %rip
        movq    %r12, %rdi
        jmpq    *%rbx
        .cfi_endproc
        .size EnkelX86EnterContext, . - EnkelX86EnterContext

        .section .note.GNU-stack, "", @progbits
