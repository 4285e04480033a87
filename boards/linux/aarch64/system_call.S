// The system calls of this board: see boards/linux/system_call.h. The only file of the image with `svc` in it, once.
// Numbers: Linux asm-generic/unistd.h.

        .section .text.EnkelLinuxSystemCall, "ax"
        .type EnkelLinuxSystemCall, %function
// x8 = number; arguments as a C function gets them.
EnkelLinuxSystemCall:
        svc     #0
        ret
        .size EnkelLinuxSystemCall, . - EnkelLinuxSystemCall

        .macro CALL name, number
        .section .text.\name, "ax"
        .global \name
        .type \name, %function
\name:  mov     x8, #\number
        b       EnkelLinuxSystemCall
        .size \name, . - \name
        .endm

        CALL    EnkelLinuxIoctl, 29
        CALL    EnkelLinuxOpenAt, 56
        CALL    EnkelLinuxClose, 57
        CALL    EnkelLinuxRead, 63
        CALL    EnkelLinuxWrite, 64
        CALL    EnkelLinuxReadV, 65
        CALL    EnkelLinuxWriteV, 66
        CALL    EnkelLinuxPPoll, 73
        CALL    EnkelLinuxExitGroup, 94
        CALL    EnkelLinuxClockGetTime, 113
        CALL    EnkelLinuxSigAltStack, 132
        CALL    EnkelLinuxSigAction, 134
        CALL    EnkelLinuxMUnmap, 215
        CALL    EnkelLinuxMMap, 222
        CALL    EnkelLinuxMProtect, 226
        CALL    EnkelLinuxGetRandom, 278

        .section .note.GNU-stack, "", %progbits
