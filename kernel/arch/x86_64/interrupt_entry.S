// The 224 interrupt entries, vectors 32 to 255. All run on the interrupt stack (IST 2), interrupts masked, and call
// EnkelOnInterrupt(vector), which returns. interrupt_gates.cc makes the gates that lead here.
#include "kernel/arch/x86_64/boot_constants.h"

        .weak   EnkelOnInterrupt        // absent: no gate is opened, and nobody comes here

        .section .text.enkel_interrupt, "ax"
        .balign 8
        .global EnkelInterruptStubs
EnkelInterruptStubs:                    // ENKEL_X86_INTERRUPT_STUB_SIZE bytes each
        vector = ENKEL_X86_FIRST_INTERRUPT
        .rept 256 - ENKEL_X86_FIRST_INTERRUPT
        .balign ENKEL_X86_INTERRUPT_STUB_SIZE
        // Directly below the %rip that the CPU pushed: together a frame of the chain that a backtrace follows.
        pushq   %rbp
        .byte   0x6a, vector            // pushq $vector, sign-extended: the low byte is what counts
        jmp     interrupt
        vector = vector + 1
        .endr

        .balign 16
        .type interrupt, @function
interrupt:
        .cfi_startproc simple
        .cfi_undefined %rip
        leaq    8(%rsp), %rbp
        pushq   %rax
        pushq   %rcx
        pushq   %rdx
        pushq   %rsi
        pushq   %rdi
        pushq   %r8
        pushq   %r9
        pushq   %r10
        pushq   %r11
        // A handler may use any register that a C++ function may, and finds the control words in their usual state.
        subq    $512, %rsp
        fxsave64 (%rsp)                 // x87 and SSE, 16-byte aligned: the CPU has aligned the stack
        fninit
        ldmxcsr interrupt_mxcsr
        cld
        movzbl  -8(%rbp), %edi
        call    EnkelOnInterrupt
        fxrstor64 (%rsp)
        addq    $512, %rsp
        popq    %r11
        popq    %r10
        popq    %r9
        popq    %r8
        popq    %rdi
        popq    %rsi
        popq    %rdx
        popq    %rcx
        popq    %rax
        addq    $8, %rsp
        popq    %rbp
        iretq
        .cfi_endproc
        .size interrupt, . - interrupt

        .section .rodata.enkel_interrupt, "a"
        .balign 4
interrupt_mxcsr:
        .long   0x1f80                  // all exceptions masked, round to nearest

        .section .note.GNU-stack, "", @progbits
