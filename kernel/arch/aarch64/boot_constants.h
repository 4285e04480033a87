// Values that boot_tables.S and the C++ of this folder must agree on. Macros, because the assembler reads this too.
#ifndef ENKEL_KERNEL_ARCH_AARCH64_BOOT_CONSTANTS_H_
#define ENKEL_KERNEL_ARCH_AARCH64_BOOT_CONSTANTS_H_

// Translation table descriptor, stage 1 of EL1. [ARM ARM] D8.3
#define ENKEL_ARM_VALID 0x1
#define ENKEL_ARM_TABLE_OR_PAGE 0x2                      // clear: a block
#define ENKEL_ARM_DEVICE_INDEX 0x4                       // AttrIndx 1; start.S fills MAIR_EL1: 0 write-back, 1 nGnRE
#define ENKEL_ARM_READ_ONLY 0x80                         // AP[2]
#define ENKEL_ARM_INNER_SHAREABLE 0x300                  // SH
#define ENKEL_ARM_ACCESS_FLAG 0x400                      // AF
#define ENKEL_ARM_EXECUTE_NEVER 0x0020000000000000       // PXN: EL1, where everything runs
#define ENKEL_ARM_NOT_GLOBAL 0x800                       // nG: cached for one ASID
#define ENKEL_ARM_GUARD 0x0080000000000000               // ours, one of bits 58:55: Access::kGuard
#define ENKEL_ARM_USER_EXECUTE_NEVER 0x0040000000000000  // UXN: EL0, which is never entered

// What leads to a lower table.
#define ENKEL_ARM_TABLE (ENKEL_ARM_VALID | ENKEL_ARM_TABLE_OR_PAGE)

// What every leaf has. The access flag is set beforehand: nobody counts accesses, and a clear one would fault.
#define ENKEL_ARM_LEAF (ENKEL_ARM_ACCESS_FLAG | ENKEL_ARM_USER_EXECUTE_NEVER)

// The leaves of boot_tables.S, without their address. address_space.cc compares them with PageTableEntry::Leaf.
#define ENKEL_ARM_PAGE (ENKEL_ARM_LEAF | ENKEL_ARM_INNER_SHAREABLE | ENKEL_ARM_VALID | ENKEL_ARM_TABLE_OR_PAGE)
#define ENKEL_ARM_CODE_PAGE (ENKEL_ARM_PAGE | ENKEL_ARM_READ_ONLY)
#define ENKEL_ARM_CONSTANT_PAGE (ENKEL_ARM_PAGE | ENKEL_ARM_READ_ONLY | ENKEL_ARM_EXECUTE_NEVER)
#define ENKEL_ARM_DATA_PAGE (ENKEL_ARM_PAGE | ENKEL_ARM_EXECUTE_NEVER)
#define ENKEL_ARM_WINDOW_PAGE (ENKEL_ARM_DATA_PAGE | ENKEL_ARM_NOT_GLOBAL)
#define ENKEL_ARM_DEVICE_BLOCK (ENKEL_ARM_LEAF | ENKEL_ARM_DEVICE_INDEX | ENKEL_ARM_VALID | ENKEL_ARM_EXECUTE_NEVER)

// The window through which tables are written: TTBR1_EL1's addresses, their physical ones with this added. TTBR1_EL1
// leads to an empty root, or, for a store, to that of the window; both are pages of the boot pool, after the root of
// TTBR0_EL1 and its first table. The window's translations are cached under an ASID of their own, so that none is left
// over.
#define ENKEL_ARM_WINDOW 0xffffff8000000000
#define ENKEL_ARM_WINDOW_ROOT_OFFSET 0x2000
#define ENKEL_ARM_EMPTY_ROOT_OFFSET 0x3000
#define ENKEL_ARM_WINDOW_ASID 0x0001000000000000

#endif  // ENKEL_KERNEL_ARCH_AARCH64_BOOT_CONSTANTS_H_
