// The system calls of this board: see boards/linux/system_call.h. The only file of the image with `svc` in it, once.
// Numbers: Linux asm-generic/unistd.h.

#include "boards/linux/call_rules.h"

        .section .text.EnkelLinuxSystemCall, "ax"
        .type EnkelLinuxSystemCall, %function
// x8 = number; arguments as a C function gets them.
EnkelLinuxSystemCall:
        svc     #0
        ret
        .size EnkelLinuxSystemCall, . - EnkelLinuxSystemCall

// A row of enkel_linux_calls, which goes where the function goes: sandbox.cc makes the filter of those that are left.
        .macro ROW name, number, rule
        .section enkel_linux_calls, "ao", %progbits, .text.\name
        .long \number, \rule
        .endm

        .macro CALL name, number, rule
        .section .text.\name, "ax"
        .global \name
        .type \name, %function
\name:  mov     x8, #\number
        b       EnkelLinuxSystemCall
        .size \name, . - \name
        ROW     \name, \number, \rule
        .endm

        CALL    EnkelLinuxIoctl, 29, ENKEL_CONTROLS
        CALL    EnkelLinuxOpenAt, 56, ENKEL_OPENS
        CALL    EnkelLinuxClose, 57, ENKEL_ANY
        CALL    EnkelLinuxRead, 63, ENKEL_ANY
        CALL    EnkelLinuxWrite, 64, ENKEL_ANY
        CALL    EnkelLinuxReadV, 65, ENKEL_ANY
        CALL    EnkelLinuxWriteV, 66, ENKEL_ANY
        CALL    EnkelLinuxPPoll, 73, ENKEL_ANY
        CALL    EnkelLinuxExitGroup, 94, ENKEL_ANY
        CALL    EnkelLinuxClockGetTime, 113, ENKEL_ANY
        CALL    EnkelLinuxSigAltStack, 132, ENKEL_START_ONLY
        CALL    EnkelLinuxSigAction, 134, ENKEL_START_ONLY
        CALL    EnkelLinuxPrCtl, 167, ENKEL_START_ONLY
        CALL    EnkelLinuxSocket, 198, ENKEL_NETWORKS
        CALL    EnkelLinuxBind, 200, ENKEL_ANY
        CALL    EnkelLinuxSetSockOpt, 208, ENKEL_SETS_UP
        CALL    EnkelLinuxGetSockOpt, 209, ENKEL_SETS_UP
        CALL    EnkelLinuxMMap, 222, ENKEL_RESERVES
        CALL    EnkelLinuxMProtect, 226, ENKEL_PROTECTS
        CALL    EnkelLinuxRecvMMsg, 243, ENKEL_ANY
        CALL    EnkelLinuxSendMMsg, 269, ENKEL_ANY
        CALL    EnkelLinuxGetRandom, 278, ENKEL_ANY

// AUDIT_ARCH_AARCH64 of Linux uapi linux/audit.h.
        .section .rodata.enkel_linux_audit_architecture, "a"
        .global enkel_linux_audit_architecture
        .type enkel_linux_audit_architecture, %object
        .balign 4
enkel_linux_audit_architecture:
        .long   0xc00000b7
        .size enkel_linux_audit_architecture, . - enkel_linux_audit_architecture

        .section .note.GNU-stack, "", %progbits
