// Values that start.S, the entries and the C++ of this folder must agree on. Macros, because the assembler reads this
// too.
#ifndef ENKEL_KERNEL_ARCH_X86_64_BOOT_CONSTANTS_H_
#define ENKEL_KERNEL_ARCH_X86_64_BOOT_CONSTANTS_H_

// Page table entry, [SDM] 3A 4.5 table 4-20. Bits 9 to 11 are free for software.
#define ENKEL_X86_PRESENT 0x001
#define ENKEL_X86_WRITABLE 0x002
#define ENKEL_X86_WRITE_THROUGH 0x008
#define ENKEL_X86_CACHE_DISABLE 0x010
#define ENKEL_X86_ACCESSED 0x020
#define ENKEL_X86_DIRTY 0x040
#define ENKEL_X86_BLOCK 0x080                 // page size bit: the entry of a directory is a leaf
#define ENKEL_X86_KNOWN 0x200                 // ours: the entry describes a mapping, even when it is not present
#define ENKEL_X86_GUARD 0x400                 // ours: Access::kGuard
#define ENKEL_X86_NO_EXECUTE_HIGH 0x80000000  // bit 63, in the entry's upper half

// What every leaf has. Accessed and dirty are set beforehand, so that the CPU never writes to a table.
#define ENKEL_X86_LEAF (ENKEL_X86_PRESENT | ENKEL_X86_ACCESSED | ENKEL_X86_DIRTY | ENKEL_X86_KNOWN)
// What every entry that leads to a table has: rights are decided in the leaf only.
#define ENKEL_X86_TABLE (ENKEL_X86_PRESENT | ENKEL_X86_WRITABLE | ENKEL_X86_ACCESSED)

// Segment selectors in the GDT of start.S.
#define ENKEL_X86_CODE_SELECTOR 0x08
#define ENKEL_X86_DATA_SELECTOR 0x10
#define ENKEL_X86_TASK_SELECTOR 0x18

#define ENKEL_X86_MSR_FS_BASE 0xc0000100

// Vectors 0 to 31 are the CPU's exceptions. [SDM] 3A 6.2
#define ENKEL_X86_FIRST_INTERRUPT 32
#define ENKEL_X86_INTERRUPT_STUB_SIZE 8

#endif  // ENKEL_KERNEL_ARCH_X86_64_BOOT_CONSTANTS_H_
