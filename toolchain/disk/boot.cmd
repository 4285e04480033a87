fatload mmc 0:1 0x80000 kernel8.img
go 0x80000
