// The system calls of this board: see boards/linux/system_call.h. The only file of the image with `syscall` in it, once.
// Numbers: Linux asm/unistd_64.h.

#include "boards/linux/call_rules.h"

        .section .text.EnkelLinuxSystemCall, "ax"
        .type EnkelLinuxSystemCall, @function
// %eax = number; arguments as a C function gets them, except that Linux wants the fourth in %r10.
EnkelLinuxSystemCall:
        movq    %rcx, %r10
        syscall
        retq
        .size EnkelLinuxSystemCall, . - EnkelLinuxSystemCall

// A row of enkel_linux_calls, which goes where the function goes: sandbox.cc makes the filter of those that are left.
        .macro ROW name, number, rule
        .section enkel_linux_calls, "ao", @progbits, .text.\name
        .long \number, \rule
        .endm

        .macro CALL name, number, rule
        .section .text.\name, "ax"
        .global \name
        .type \name, @function
\name:  movl    $\number, %eax
        jmp     EnkelLinuxSystemCall
        .size \name, . - \name
        ROW     \name, \number, \rule
        .endm

        CALL    EnkelLinuxRead, 0, ENKEL_ANY
        CALL    EnkelLinuxWrite, 1, ENKEL_ANY
        CALL    EnkelLinuxClose, 3, ENKEL_ANY
        CALL    EnkelLinuxMMap, 9, ENKEL_RESERVES
        CALL    EnkelLinuxMProtect, 10, ENKEL_PROTECTS
        CALL    EnkelLinuxSigAction, 13, ENKEL_START_ONLY
        CALL    EnkelLinuxIoctl, 16, ENKEL_CONTROLS
        CALL    EnkelLinuxReadV, 19, ENKEL_ANY
        CALL    EnkelLinuxWriteV, 20, ENKEL_ANY
        CALL    EnkelLinuxSocket, 41, ENKEL_NETWORKS
        CALL    EnkelLinuxBind, 49, ENKEL_ANY
        CALL    EnkelLinuxSetSockOpt, 54, ENKEL_SETS_UP
        CALL    EnkelLinuxGetSockOpt, 55, ENKEL_SETS_UP
        CALL    EnkelLinuxSigAltStack, 131, ENKEL_START_ONLY
        CALL    EnkelLinuxPrCtl, 157, ENKEL_START_ONLY
        CALL    EnkelLinuxClockGetTime, 228, ENKEL_ANY
        CALL    EnkelLinuxExitGroup, 231, ENKEL_ANY
        CALL    EnkelLinuxOpenAt, 257, ENKEL_OPENS
        CALL    EnkelLinuxPPoll, 271, ENKEL_ANY
        CALL    EnkelLinuxRecvMMsg, 299, ENKEL_ANY
        CALL    EnkelLinuxSendMMsg, 307, ENKEL_ANY
        CALL    EnkelLinuxGetRandom, 318, ENKEL_ANY

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
        ROW     EnkelHostSetThreadPointer, 158, ENKEL_SETS_FS

// AUDIT_ARCH_X86_64 of Linux uapi linux/audit.h.
        .section .rodata.enkel_linux_audit_architecture, "a"
        .global enkel_linux_audit_architecture
        .type enkel_linux_audit_architecture, @object
        .balign 4
enkel_linux_audit_architecture:
        .long   0xc000003e
        .size enkel_linux_audit_architecture, . - enkel_linux_audit_architecture

        .section .note.GNU-stack, "", @progbits
