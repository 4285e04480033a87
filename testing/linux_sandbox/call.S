// long EnkelTestSystemCall(long number, long first, long second, long third)
        .section .text.EnkelTestSystemCall, "ax"
        .global EnkelTestSystemCall
        .type EnkelTestSystemCall, @function
EnkelTestSystemCall:
        movq    %rdi, %rax
        movq    %rsi, %rdi
        movq    %rdx, %rsi
        movq    %rcx, %rdx
        xorl    %r10d, %r10d
        syscall
        retq
        .size EnkelTestSystemCall, . - EnkelTestSystemCall

        .section .note.GNU-stack, "", @progbits
