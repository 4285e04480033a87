# Runs in @grub after unpacking. Leaves what starts GRUB from
#   a disk of a BIOS machine: boot.img for its first sector, core.img for the sectors behind it, which reads
#     boot/grub/grub.cfg of the first partition (FAT);
#   a disc: cd.img for BIOS, bootx64.efi for UEFI, and hybrid.img for the first sector, where the disc is a disk.
# A disc is known by the file /boot/enkel.disc, and boot/grub/grub.cfg of it is read. All of them start Multiboot2 images.
mkimage() {
  LD_LIBRARY_PATH=root/lib/x86_64-linux-gnu:root/usr/lib/x86_64-linux-gnu root/usr/bin/grub-mkimage "$@"
}

mkimage --format=i386-pc --directory=root/usr/lib/grub/i386-pc --prefix='(,msdos1)/boot/grub' --output=core.img \
  biosdisk part_msdos fat normal multiboot2

cat > disc.cfg <<'CONFIG'
search --no-floppy --file --set=root /boot/enkel.disc
set prefix=($root)/boot/grub
CONFIG
readonly modules='iso9660 part_gpt part_msdos search search_fs_file normal multiboot2'
mkimage --format=i386-pc-eltorito --directory=root/usr/lib/grub/i386-pc --prefix=/boot/grub --config=disc.cfg \
  --output=cd.img biosdisk $modules
mkimage --format=x86_64-efi --directory=root/usr/lib/grub/x86_64-efi --prefix=/boot/grub --config=disc.cfg \
  --output=bootx64.efi $modules

cp root/usr/lib/grub/i386-pc/boot.img boot.img
cp root/usr/lib/grub/i386-pc/boot_hybrid.img hybrid.img
rm -rf root disc.cfg
