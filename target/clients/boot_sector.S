# SPDX-License-Identifier: MIT
# A disk's first sector: what a PC's firmware starts. Through the firmware's disk service it reads
# the last sector, tells what text that holds on the serial port, writes it to sector 5, and
# switches the machine off.
        .intel_syntax noprefix
        .code16
        .globl _start
_start: jmp     0, offset begin
begin:  xor     ax, ax
        mov     ds, ax
        mov     es, ax
        mov     ss, ax
        mov     sp, 0x7c00
        mov     [drive], dl
        mov     si, offset greeting
        call    print

        mov     ah, 0x48                # How large is the disk?
        mov     dl, [drive]
        mov     si, offset size
        mov     word ptr [si], 0x1a
        int     0x13
        jc      failed
        mov     eax, [size + 0x10]
        dec     eax
        mov     [packet_lba], eax

        mov     ah, 0x42                # Read.
        call    disk
        mov     si, 0x8000
        call    print
        mov     dword ptr [packet_lba], 5
        mov     ax, 0x4300              # Write, without verification.
        call    disk
        mov     si, offset well
        call    print
        mov     al, 0x10                # The machine ends with status 0x21.
        jmp     end
failed: mov     si, offset ill
        call    print
        mov     al, 0x11
end:    out     0xf4, al
        hlt
        jmp     end

disk:   mov     dl, [drive]
        mov     si, offset packet
        int     0x13
        jc      failed
        ret

print:  lodsb                           # The text at si, up to a zero byte.
        test    al, al
        jz      2f
        mov     bl, al
        mov     dx, 0x3fd
1:      in      al, dx
        test    al, 0x20
        jz      1b
        mov     dx, 0x3f8
        mov     al, bl
        out     dx, al
        jmp     print
2:      ret

drive:    .byte 0
packet:   .byte 16, 0, 1, 0
          .word 0x8000, 0
packet_lba: .quad 0
greeting: .asciz "booted from AoE\nlast sector: "
well:     .asciz "\nread and written\n"
ill:      .asciz "\nthe disk service refused\n"
          .org 510
          .byte 0x55, 0xaa
size:                                   # Beyond the sector, in memory that is free.
