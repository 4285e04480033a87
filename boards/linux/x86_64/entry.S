// Where Linux starts the process. [x86-64 ABI] 3.4.1: %rsp points to argc; nothing else is defined.

        .section .text._start, "ax"
        .global _start
        .type _start, @function
_start:
        .cfi_startproc
        .cfi_undefined %rip
        xorl    %ebp, %ebp
        movq    %rsp, %rbx
        andq    $-16, %rsp
        // Compiled code finds its stack canary at %fs:0x28, before musl has made the first thread's block.
        leaq    early_thread_block(%rip), %rdi
        call    EnkelHostSetThreadPointer
        call    EnkelLinuxCatchSignals
        movq    %rbx, %rdi
        xorl    %esi, %esi
        call    EnkelBoot
        ud2
        .cfi_endproc
        .size _start, . - _start

        .section .data.early_thread_block, "aw"
        .balign 64
early_thread_block:
        .quad   early_thread_block      // %fs:0, as the TLS ABI wants it
        .zero   32
        .quad   0x5bd1e995a7f31c00      // %fs:0x28; musl takes a better one from the seed
        .zero   16

        .section .note.GNU-stack, "", @progbits
