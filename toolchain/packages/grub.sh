# Runs in @grub after unpacking. Leaves boot.img, for a disk's first sector, and core.img, for the sectors behind it,
# which reads boot/grub/grub.cfg of the first partition (FAT) and starts Multiboot2 images.
LD_LIBRARY_PATH=root/lib/x86_64-linux-gnu:root/usr/lib/x86_64-linux-gnu root/usr/bin/grub-mkimage \
  --format=i386-pc --directory=root/usr/lib/grub/i386-pc --prefix='(,msdos1)/boot/grub' --output=core.img \
  biosdisk part_msdos fat normal multiboot2
cp root/usr/lib/grub/i386-pc/boot.img boot.img
rm -rf root
