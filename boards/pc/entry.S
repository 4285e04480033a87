// The first instructions on a PC, for both boot protocols: PVH (QEMU -kernel, cloud hypervisors) and Multiboot2 (GRUB).
// Both enter in 32-bit protected mode with flat segments and paging off ([PVH] and [MB2] 3.3); a 16-bit or 64-bit
// entry does not exist here. The rest is the CPU's: kernel/arch/x86_64/start.S.
#define MULTIBOOT2_HEADER_MAGIC 0xe85250d6
#define MULTIBOOT2_BOOT_MAGIC 0x36d76289
#define PVH_START_MAGIC 0x336ec578

#define COM1 0x3f8
#define DEBUG_EXIT 0xf4

        // GRUB looks for the header in the first 32 KiB of the file, and takes entry and addresses from the ELF.
        .section .head, "ax"
        .balign 8
header:
        .long   MULTIBOOT2_HEADER_MAGIC
        .long   0                       // i386 protected mode
        .long   header_end - header
        .long   -(MULTIBOOT2_HEADER_MAGIC + (header_end - header))
        .word   0, 0                    // end tag
        .long   8
header_end:

        .code32
        .global _start
        .type _start, @function
_start: // Multiboot2: %eax = magic, %ebx = its information
        cli
        cld
        cmpl    $MULTIBOOT2_BOOT_MAGIC, %eax
        movl    $unknown_loader, %esi
        jne     EnkelBootFailure32
        movl    %eax, %edi
        movl    %ebx, %esi
        jmp     EnkelStart32
        .size _start, . - _start

        .type pvh_start, @function
pvh_start: // PVH: %ebx = its start info; the entry itself tells the protocol, %eax is undefined
        cli
        cld
        movl    $PVH_START_MAGIC, %edi
        movl    %ebx, %esi
        jmp     EnkelStart32
        .size pvh_start, . - pvh_start

        // Prints the text at %esi on COM1 and stops with the failure code. Paging is off and no C++ can run yet, so
        // this is all of a driver that there is; kernel/arch/x86_64/start.S comes here too.
        .global EnkelBootFailure32
        .type EnkelBootFailure32, @function
EnkelBootFailure32:
        movl    %esi, %edi
        movl    $line_settings, %esi
        movl    $(line_settings_end - line_settings) / 2, %ecx
1:      movl    $COM1, %edx
        lodsb
        addb    %al, %dl
        lodsb
        outb    %al, %dx
        loop    1b
        movl    $prefix, %esi
        call    print
        movl    %edi, %esi
        call    print
        movl    $end_of_line, %esi
        call    print
        movl    $17, %eax
        outl    %eax, $DEBUG_EXIT
2:      hlt
        jmp     2b

print:
        movl    $COM1 + 5, %edx         // line status: wait for an empty transmitter, but not for ever
        movl    $100000, %ecx
1:      inb     %dx, %al
        testb   $0x20, %al
        loopz   1b
        movl    $COM1, %edx
        lodsb
        testb   %al, %al
        jz      2f
        outb    %al, %dx
        jmp     print
2:      ret
        .size EnkelBootFailure32, . - EnkelBootFailure32

        .section .rodata.enkel_entry, "a"
line_settings:                          // register, value: no interrupts, 115200 baud, 8n1, FIFO, DTR and RTS
        .byte   1, 0x00,  3, 0x80,  0, 1,  1, 0,  3, 0x03,  2, 0x07,  4, 0x03
line_settings_end:
prefix:
        .asciz  "\r\n[enkel] cannot start: "
unknown_loader:
        .asciz  "the boot loader speaks neither PVH nor Multiboot2"
end_of_line:
        .asciz  "\r\n"

        .section .note.pvh, "a", @note
        .balign 4
        .long   4, 4, 18                // sizes of name and value, XEN_ELFNOTE_PHYS32_ENTRY
        .asciz  "Xen"
        .long   pvh_start

        .section .note.GNU-stack, "", @progbits
