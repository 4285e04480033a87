# Runs in @linux_x86_64 and @linux_aarch64 after unpacking. Leaves the kernel, and the modules of a virtio network card at
# the bus where QEMU's machine has it: pc PCI, virt a word in memory. Each needs only modules before it.
mv root/boot/vmlinuz-* vmlinuz
modules=root/lib/modules/*/kernel
case $(echo root/lib/modules/*) in
  *-amd64) bus='virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci' ;;
  *) bus=virtio_mmio ;;
esac
mkdir modules
number=0
for name in virtio virtio_ring $bus failover net_failover virtio_net; do
  find $modules -name $name.ko -exec mv {} modules/$number-$name.ko ';'
  number=$((number + 1))
done
rm -rf root
