// The 32 exception entries. All run on the exception stack (IST 1), interrupts masked, and end in EnkelX86OnException:
// an exception is never survived here. The frame is `struct ExceptionFrame` of exception_frame.h.
#include "kernel/arch/x86_64/boot_constants.h"

        .section .text.enkel_exception, "ax"
        .balign 16
        .global EnkelExceptionStubs
EnkelExceptionStubs:                    // 16 bytes each: start.S computes their addresses
        vector = 0
        .rept 32
        .balign 16
        // The CPU pushes an error code for 8, 10-14, 17, 21, 29 and 30 ([SDM] 3A 6.13, [APM] 2 8.2).
        .if (0x60227d00 >> vector) & 1 == 0
        pushq   $0
        .endif
        pushq   $vector
        jmp     common
        vector = vector + 1
        .endr

        .balign 16
        .type common, @function
common:
        .cfi_startproc simple
        .cfi_undefined %rip
        pushq   %rax
        pushq   %rbx
        pushq   %rcx
        pushq   %rdx
        pushq   %rsi
        pushq   %rdi
        pushq   %rbp
        pushq   %r8
        pushq   %r9
        pushq   %r10
        pushq   %r11
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        // The thread pointer may be what is broken, and the first C++ instruction reads the canary through it.
        movl    $ENKEL_X86_MSR_FS_BASE, %ecx
        rdmsr
        shlq    $32, %rdx
        orq     %rdx, %rax
        pushq   %rax
        movl    $enkel_early_thread, %eax
        xorl    %edx, %edx
        wrmsr
        movq    %cr2, %rax
        pushq   %rax
        cld
        // Counted here, before anything that can fault: the third exception within exceptions finds a halt.
        incl    depth
        movl    depth, %esi
        cmpl    $2, %esi
        ja      1f
        movq    %rsp, %rdi
        xorl    %ebp, %ebp
        call    EnkelX86OnException
1:      cli
        hlt
        jmp     1b
        .cfi_endproc
        .size common, . - common

        .section .bss.enkel_exception, "aw", @nobits
        .balign 4
depth:
        .skip   4

        .section .note.GNU-stack, "", @progbits
