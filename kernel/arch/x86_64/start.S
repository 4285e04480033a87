// From 32-bit protected mode to EnkelBoot(first, second) in 64-bit mode, on every x86_64 board.
//
// The board's entry code jumps to EnkelStart32 with
//   %edi = first, %esi = second         the words for EnkelBoot
//   flat 32-bit code and data segments, paging off, interrupts masked, direction flag clear
// and gives EnkelBootFailure32, which gets the address of a text in %esi (ends with a zero byte), prints it and stops.
// Nothing else that a loader left is relied on: Multiboot2 leaves CR4, EFER, MXCSR, GDTR and the stack undefined.
//
// References: [SDM] 3A 9.8.5 (to IA-32e mode), 4.5 (4-level paging), 6.14 (64-bit interrupts, IST), 7.7 (64-bit TSS).
#include "kernel/arch/x86_64/boot_constants.h"

// CR0: paging, write protection also for ring 0, native FPU errors. Caches on: CD and NW are clear.
#define CR0_BEFORE_PAGING 0x00010033
#define CR0_PAGING 0x80000000
// CR4: physical address extension, SSE state and exceptions; the rest only where CPUID offers it.
#define CR4_ALWAYS 0x00000620
#define CR4_MACHINE_CHECK 0x00000040
#define CR4_UMIP 0x00000800
#define CR4_SMEP 0x00100000
// EFER: long mode, no-execute. Bit SCE stays clear: `syscall` is an invalid instruction here.
#define MSR_EFER 0xc0000080
#define EFER_VALUE 0x00000900
// The reset value: index 0 is write-back, index 3 (cache disable + write through) is strong uncacheable.
#define MSR_PAT 0x277
#define PAT_HALF 0x00070406

// CPUID bits that the code of this file needs, and those that the compiler was told it may use (-march).
#define LEAF1_EDX_NEEDED 0x07010020  /* MSR, PAT, FXSR, SSE, SSE2 */
#if defined(__SSE4_2__) && defined(__SSSE3__) && defined(__POPCNT__)
#define LEAF1_ECX_COMPILED 0x00982201 /* SSE3, SSSE3, CMPXCHG16B, SSE4.1, SSE4.2, POPCNT: x86-64-v2 */
#else
#define LEAF1_ECX_COMPILED 0
#endif
#if defined(__AVX__)
#error "start.S does not enable AVX state: compile for x86-64-v2 at most"
#endif

#define GDT_SIZE 40
#define TASK_STATE_SIZE 104

#define PML4 __boot_tables_start
#define PDPT __boot_tables_start + 4096

        .section .text.boot, "ax"
        .code32
        .global EnkelStart32
        .type EnkelStart32, @function
EnkelStart32:
        movl    $__stack_top, %esp
        pushl   %esi
        pushl   %edi

        // What the CPU must have. %ebp collects CR4.
        movl    $0x80000000, %eax
        cpuid
        cmpl    $0x80000001, %eax
        movl    $no_long_mode, %esi
        jb      failure
        movl    $0x80000001, %eax
        cpuid
        btl     $29, %edx
        jnc     failure
        movl    $no_execute_disable, %esi
        btl     $20, %edx
        jnc     failure
        movl    $1, %eax
        cpuid
        movl    $CR4_ALWAYS, %ebp
        btl     $7, %edx
        jnc     1f
        orl     $CR4_MACHINE_CHECK, %ebp
1:      andl    $LEAF1_EDX_NEEDED, %edx
        cmpl    $LEAF1_EDX_NEEDED, %edx
        movl    $no_sse2, %esi
        jne     failure
        andl    $LEAF1_ECX_COMPILED, %ecx
        cmpl    $LEAF1_ECX_COMPILED, %ecx
        movl    $no_x86_64_v2, %esi
        jne     failure
        xorl    %eax, %eax
        cpuid
        cmpl    $7, %eax
        jb      3f
        movl    $7, %eax
        xorl    %ecx, %ecx
        cpuid
        btl     $7, %ebx
        jnc     2f
        orl     $CR4_SMEP, %ebp
2:      btl     $2, %ecx
        jnc     3f
        orl     $CR4_UMIP, %ebp
3:
        // FPU and SSE. Whole values are written: a loader may leave LA57 or TS set.
        movl    $CR0_BEFORE_PAGING, %eax
        movl    %eax, %cr0
        movl    %ebp, %cr4
        fninit
        ldmxcsr default_mxcsr
        xorps   %xmm0, %xmm0

        movl    $__bss_start, %eax
        movl    $__bss_end, %ecx
        call    zero
        movl    $constants_of_cpu, %esi
        movl    $gdt, %edi
        movl    $(constants_of_cpu_end - constants_of_cpu) / 4, %ecx
        rep movsl

        // Page tables. The ranges do not overlap, so a block is never in the way of a page.
        call    new_table
        call    new_table
        movl    $(PDPT + ENKEL_X86_TABLE), PML4
        movl    $__image_start, %eax
        movl    $__text_end, %ecx
        movl    $ENKEL_X86_LEAF, %ebx
        xorl    %edx, %edx
        call    map
        movl    $__text_end, %eax
        movl    $__constants_end, %ecx
        movl    $ENKEL_X86_NO_EXECUTE_HIGH, %edx
        call    map
        movl    $__boot_tables_start, %eax
        movl    $__boot_tables_end, %ecx
        call    map
        movl    $__constants_end, %eax
        movl    $__boot_tables_start, %ecx
        orl     $ENKEL_X86_WRITABLE, %ebx
        call    map
        movl    $__exception_stack_bottom, %eax
        movl    $__exception_stack_top, %ecx
        call    map
        movl    $__interrupt_stack_bottom, %eax
        movl    $__interrupt_stack_top, %ecx
        call    map
        movl    $__stack_bottom, %eax
        movl    $__stack_top, %ecx
        call    map

        movl    $MSR_PAT, %ecx
        movl    $PAT_HALF, %eax
        movl    %eax, %edx
        wrmsr
        movl    $PML4, %eax
        movl    %eax, %cr3
        movl    $MSR_EFER, %ecx
        movl    $EFER_VALUE, %eax
        xorl    %edx, %edx
        wrmsr
        popl    %edi
        popl    %esi
        movl    $(CR0_BEFORE_PAGING | CR0_PAGING), %eax
        movl    %eax, %cr0
        lgdt    gdt_pointer
        ljmp    $ENKEL_X86_CODE_SELECTOR, $start64

failure:
        jmp     EnkelBootFailure32

// Zeroes [%eax, %ecx), multiples of 16. Twice as many bytes an instruction as `rep stosq`, which an emulator counts
// once an iteration. Needs %xmm0 = 0. Changes %eax.
zero:
        subl    %ecx, %eax
1:      testl   $127, %eax
        jz      2f
        movaps  %xmm0, (%ecx,%eax)
        addl    $16, %eax
        jmp     1b
2:      testl   %eax, %eax
        jz      4f
3:      movaps  %xmm0, (%ecx,%eax)
        movaps  %xmm0, 16(%ecx,%eax)
        movaps  %xmm0, 32(%ecx,%eax)
        movaps  %xmm0, 48(%ecx,%eax)
        movaps  %xmm0, 64(%ecx,%eax)
        movaps  %xmm0, 80(%ecx,%eax)
        movaps  %xmm0, 96(%ecx,%eax)
        movaps  %xmm0, 112(%ecx,%eax)
        addl    $128, %eax
        jnz     3b
4:      ret

// Takes and zeroes the next boot table page; %esi = its address. The pool suffices for any image: a range needs tables
// of pages only at its two ends, everything between is blocks.
new_table:
        pushl   %eax
        pushl   %ecx
        movl    enkel_boot_tables_next, %esi
        movl    %esi, %eax
        leal    4096(%esi), %ecx
        movl    %ecx, enkel_boot_tables_next
        call    zero
        popl    %ecx
        popl    %eax
        ret

// %edi = address of an entry. Makes it lead to a table if it is empty; %edi = that table. Changes %esi.
table_below:
        movl    (%edi), %esi
        testl   %esi, %esi
        jnz     1f
        call    new_table
        orl     $ENKEL_X86_TABLE, %esi
        movl    %esi, (%edi)
1:      andl    $0xfffff000, %esi
        movl    %esi, %edi
        ret

// Maps [%eax, %ecx) to itself, multiples of 4 KiB, with the entry bits %edx:%ebx. Changes %eax, %esi, %edi, %ebp.
map:
1:      cmpl    %ecx, %eax
        jae     4f
        movl    %eax, %edi
        shrl    $30, %edi
        leal    PDPT(,%edi,8), %edi
        call    table_below
        movl    %eax, %esi
        shrl    $21, %esi
        andl    $511, %esi
        leal    (%edi,%esi,8), %edi

        testl   $0x1fffff, %eax
        jnz     2f
        movl    %ecx, %esi
        subl    %eax, %esi
        cmpl    $0x200000, %esi
        jb      2f
        leal    ENKEL_X86_BLOCK(%eax,%ebx), %esi
        movl    %esi, (%edi)
        movl    %edx, 4(%edi)
        addl    $0x200000, %eax
        jmp     1b

2:      call    table_below
        movl    %eax, %esi              // first entry
        shrl    $9, %esi
        andl    $0xff8, %esi
        addl    %esi, %edi
        movl    %eax, %ebp              // end of the range or of the table, whichever comes first
        orl     $0x1fffff, %ebp
        incl    %ebp
        cmpl    %ecx, %ebp
        cmoval  %ecx, %ebp
        addl    %ebx, %eax
        addl    %ebx, %ebp
3:      movl    %eax, (%edi)
        movl    %edx, 4(%edi)
        addl    $8, %edi
        addl    $4096, %eax
        cmpl    %ebp, %eax
        jne     3b
        subl    %ebx, %eax
        jmp     1b
4:      ret
        .size EnkelStart32, . - EnkelStart32

        .code64
        .type start64, @function
start64:
        .cfi_startproc
        .cfi_undefined %rip
        movl    %edi, %edi              // upper halves are undefined after the switch of modes
        movl    %esi, %esi
        movl    $ENKEL_X86_DATA_SELECTOR, %eax
        movl    %eax, %ds
        movl    %eax, %es
        movl    %eax, %ss
        xorl    %eax, %eax
        movl    %eax, %fs
        movl    %eax, %gs
        lldt    %ax
        movl    $__stack_top, %esp

        // The TSS holds the stacks of exceptions and interrupts; its descriptor wants its address in pieces.
        movl    $task_state, %eax
        movw    %ax, gdt + ENKEL_X86_TASK_SELECTOR + 2
        shrl    $16, %eax
        movb    %al, gdt + ENKEL_X86_TASK_SELECTOR + 4
        movb    %ah, gdt + ENKEL_X86_TASK_SELECTOR + 7
        movl    $ENKEL_X86_TASK_SELECTOR, %eax
        ltr     %ax

        // 32 exception gates, all on IST 1. Those of interrupts come when somebody wants them: interrupt_gates.cc.
        movl    $EnkelExceptionStubs, %eax
        movl    $idt, %edx
        movl    $32, %ecx
1:      movw    %ax, (%rdx)
        movw    $ENKEL_X86_CODE_SELECTOR, 2(%rdx)
        movl    %eax, 4(%rdx)
        movw    $0x8e01, 4(%rdx)        // present, ring 0, 64-bit interrupt gate, IST 1
        addl    $16, %eax
        addl    $16, %edx
        decl    %ecx
        jnz     1b
        lidt    idt_pointer

        // Thread pointer, with a stack canary that no two boots share and no string can write (low byte 0).
        // musl takes a better one soon.
        movl    $1, %eax
        cpuid
        xorl    %r8d, %r8d
        btl     $30, %ecx
        jnc     2f
        rdrand  %r8                     // 0 when it fails
2:      rdtsc
        shlq    $32, %rdx
        orq     %rdx, %rax
        movabsq $0x9e3779b97f4a7c15, %rdx
        imulq   %rdx, %rax
        rorq    $23, %rax
        xorq    %r8, %rax
        xorb    %al, %al
        movq    %rax, enkel_early_thread + 40
        movl    $ENKEL_X86_MSR_FS_BASE, %ecx
        movl    $enkel_early_thread, %eax
        xorl    %edx, %edx
        wrmsr

        // The frame chain ends here.
        xorl    %ebp, %ebp
        pushq   $0
        jmp     EnkelBoot
        .cfi_endproc
        .size start64, . - start64

        .section .rodata.enkel_start, "a"
        .balign 4
default_mxcsr:
        .long   0x1f80                  // all exceptions masked, round to nearest
no_long_mode:
        .asciz  "this CPU has no 64-bit mode"
no_execute_disable:
        .asciz  "this CPU has no execute-disable (NX) page tables, or the firmware hides it"
no_sse2:
        .asciz  "this CPU has no SSE2"
no_x86_64_v2:
        .asciz  "this CPU lacks SSE4.2 or POPCNT, which the image was compiled for (x86-64-v2; QEMU: -cpu max)"

        .balign 16
constants_of_cpu:                       // what gdt, task_state and enkel_early_thread begin with
        .quad   0
        .quad   0x00af9b000000ffff      // code: 64-bit, ring 0, accessed
        .quad   0x00cf93000000ffff      // data: writable, ring 0, accessed
        .word   TASK_STATE_SIZE - 1, 0
        .byte   0, 0x89, 0, 0           // available 64-bit TSS
        .quad   0
        .fill   36, 1, 0                // [SDM] 3A 7.7: IST 1 at 36, IST 2 at 44, I/O map base at 102
        .quad   __exception_stack_top, __interrupt_stack_top
        .fill   50, 1, 0
        .word   TASK_STATE_SIZE
        .quad   enkel_early_thread, 0, 0, 0, 0, 0
constants_of_cpu_end:
        .word   0, 0, 0                 // so that the pointers' quads are aligned
gdt_pointer:
        .word   GDT_SIZE - 1
        .quad   gdt
        .word   0, 0, 0
idt_pointer:
        .word   32 * 16 - 1
        .quad   idt

        .section .data.enkel_start, "aw"
        .balign 8
        .global enkel_boot_tables_next
enkel_boot_tables_next:
        .quad   __boot_tables_start

        // Written above and by `ltr`, then never again: read-only before the program starts.
        .section .bss..late_read_only, "aw", @nobits
        .balign 16
gdt:
        .skip   GDT_SIZE
task_state:
        .skip   TASK_STATE_SIZE
        .global enkel_early_thread
enkel_early_thread:                     // what %fs:0 and %fs:40 mean in the SysV ABI, until musl has a thread
        .skip   48
        .balign 16
idt:
        .skip   32 * 16

        .section .note.GNU-stack, "", @progbits
