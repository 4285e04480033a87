// The page tables that the image starts with: W^X, nothing mapped that is not needed, every address mapped to itself.
// kernel/arch/address_space.h changes them later.
//
// The image is mapped by 4 KiB pages, from the symbols of kernel/boot/image.ld; the board's devices by 2 MiB blocks.
// Tables are pages of the boot pool [__boot_tables_start, __boot_tables_end), in order: the root, which has one entry, the
// table of the first 512 GiB, the root of the window through which tables are written (boot_constants.h), an empty root,
// and then whatever is needed. The pool is mapped read-only, and in the window.
//
// This runs with the MMU off, where all memory is Device memory: accesses must be aligned, and DC ZVA would fault.

#include "kernel/arch/aarch64/boot_constants.h"

.equ LEVEL1_SHIFT, 30                           // an entry of a first table covers 1 GiB,
.equ LEVEL2_SHIFT, 21                           // one below 2 MiB,
.equ LEVEL3_SHIFT, 12                           // and one of the last level 4 KiB
.equ INDEX_BITS,   9                            // 512 entries a table
.equ PAGE_SIZE,    1 << LEVEL3_SHIFT
.equ BLOCK_SIZE,   1 << LEVEL2_SHIFT

.macro address register, symbol
    adrp \register, \symbol
    add \register, \register, :lo12:\symbol
.endm

// Maps [start, end), both at the start of a page. `bits`: the leaf without its address.
.macro map_image start, end, bits
    adrp x0, \start
    adrp x1, \end
    ldr x2, =\bits
    bl map_pages
.endm

    .section .text.boot.EnkelBuildBootTables, "ax"
    .global EnkelBuildBootTables
    .type EnkelBuildBootTables, %function

// Called by start.S only. Returns the address of the pool's next free page in x0; uses x1 to x15 and q0, and no stack.
//
// Register use: x6 = the table of 1 GiB entries that is filled, x10 = the pool's next free page, x11 = its end, x12 = next
// device window; x9, x13 to x15 = return addresses, the innermost call's in x9.
EnkelBuildBootTables:
    mov x15, x30
    movi v0.2d, #0
    adrp x10, __boot_tables_start
    adrp x11, __boot_tables_end
    bl new_table                                // the root,
    mov x7, x3
    bl new_table                                // its first table,
    mov x6, x3
    orr x4, x6, #ENKEL_ARM_TABLE
    str x4, [x7]
    bl new_table                                // the root of the window, ENKEL_ARM_WINDOW_ROOT_OFFSET,
    mov x8, x3
    bl new_table                                // the empty root, ENKEL_ARM_EMPTY_ROOT_OFFSET

    map_image __image_start, __text_end, ENKEL_ARM_CODE_PAGE
    map_image __text_end, __constants_end, ENKEL_ARM_CONSTANT_PAGE
    map_image __constants_end, __boot_tables_start, ENKEL_ARM_DATA_PAGE
    map_image __boot_tables_start, __boot_tables_end, ENKEL_ARM_CONSTANT_PAGE
    map_image __exception_stack_bottom, __exception_stack_top, ENKEL_ARM_DATA_PAGE
    map_image __interrupt_stack_bottom, __interrupt_stack_top, ENKEL_ARM_DATA_PAGE
    map_image __stack_bottom, __stack_top, ENKEL_ARM_DATA_PAGE

    address x12, enkel_device_windows           // device_windows.h
    ldr x2, =ENKEL_ARM_DEVICE_BLOCK
1:  ldp x0, x1, [x12], #16                      // base, size
    cbz x1, 3f
    add x1, x0, x1
2:  bl level2_entry
    orr x4, x0, x2
    str x4, [x3]
    add x0, x0, #BLOCK_SIZE
    cmp x0, x1
    b.lo 2b
    b 1b
3:  mov x6, x8
    map_image __boot_tables_start, __boot_tables_end, ENKEL_ARM_WINDOW_PAGE
    mov x0, x10
    ret x15

// Maps the pages of [x0, x1) with the bits x2. Changes x0, x3 to x5.
map_pages:
    mov x14, x30
1:  cmp x0, x1
    b.hs 3f
    bl level3_entry
    orr x5, x0, #BLOCK_SIZE - 1                 // this table's entries end with the block,
    add x5, x5, #1
    cmp x5, x1
    csel x5, x5, x1, lo                         // or with the range
2:  orr x4, x0, x2
    str x4, [x3], #8
    add x0, x0, #PAGE_SIZE
    cmp x0, x5
    b.lo 2b
    b 1b
3:  ret x14

// x3 = address of the 2 MiB entry for the address x0, in a table that is made if it is not there yet. Changes x4, x13.
level2_entry:
    mov x13, x30
    ubfx x4, x0, #LEVEL1_SHIFT, #INDEX_BITS
    add x3, x6, x4, lsl #3
    bl table_below
    ubfx x4, x0, #LEVEL2_SHIFT, #INDEX_BITS
    add x3, x3, x4, lsl #3
    ret x13

// The same for the 4 KiB entry.
level3_entry:
    mov x9, x30
    bl level2_entry
    bl table_below
    ubfx x4, x0, #LEVEL3_SHIFT, #INDEX_BITS
    add x3, x3, x4, lsl #3
    ret x9

// x3 = the table that the entry at x3 leads to. Where the entry is empty, a new table of empty entries. Changes x4.
table_below:
    ldr x4, [x3]
    cbnz x4, 2f
    orr x4, x10, #ENKEL_ARM_TABLE
    str x4, [x3]
new_table:
    cmp x10, x11
    b.hs 3f
    mov x3, x10
    add x4, x10, #PAGE_SIZE
1:  stp q0, q0, [x10], #128
    stp q0, q0, [x10, #-96]
    stp q0, q0, [x10, #-64]
    stp q0, q0, [x10, #-32]
    cmp x10, x4
    b.lo 1b
    ret
2:  and x3, x4, #~ENKEL_ARM_TABLE
    ret
3:  brk #1                                      // the board's windows lie too far apart: the pool is empty
    .size EnkelBuildBootTables, . - EnkelBuildBootTables
