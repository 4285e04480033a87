// The system calls of this board: see boards/linux/system_call.h. The only file of the image with `syscall` in it, once.
// Numbers: Linux asm/unistd_64.h.

        .section .text.EnkelLinuxSystemCall, "ax"
        .type EnkelLinuxSystemCall, @function
// %eax = number; arguments as a C function gets them, except that Linux wants the fourth in %r10.
EnkelLinuxSystemCall:
        movq    %rcx, %r10
        syscall
        retq
        .size EnkelLinuxSystemCall, . - EnkelLinuxSystemCall

        .macro CALL name, number
        .section .text.\name, "ax"
        .global \name
        .type \name, @function
\name:  movl    $\number, %eax
        jmp     EnkelLinuxSystemCall
        .size \name, . - \name
        .endm

        CALL    EnkelLinuxRead, 0
        CALL    EnkelLinuxWrite, 1
        CALL    EnkelLinuxClose, 3
        CALL    EnkelLinuxMMap, 9
        CALL    EnkelLinuxMProtect, 10
        CALL    EnkelLinuxMUnmap, 11
        CALL    EnkelLinuxSigAction, 13
        CALL    EnkelLinuxIoctl, 16
        CALL    EnkelLinuxReadV, 19
        CALL    EnkelLinuxWriteV, 20
        CALL    EnkelLinuxSigAltStack, 131
        CALL    EnkelLinuxClockGetTime, 228
        CALL    EnkelLinuxExitGroup, 231
        CALL    EnkelLinuxOpenAt, 257
        CALL    EnkelLinuxPPoll, 271
        CALL    EnkelLinuxGetRandom, 318

// kernel/arch/hosted/host.h: arch_prctl(ARCH_SET_FS, value). [arch_prctl(2)]
        .section .text.EnkelHostSetThreadPointer, "ax"
        .global EnkelHostSetThreadPointer
        .type EnkelHostSetThreadPointer, @function
EnkelHostSetThreadPointer:
        movq    %rdi, %rsi
        movl    $0x1002, %edi
        movl    $158, %eax
        jmp     EnkelLinuxSystemCall
        .size EnkelHostSetThreadPointer, . - EnkelHostSetThreadPointer

        .section .note.GNU-stack, "", @progbits
