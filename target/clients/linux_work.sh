# SPDX-License-Identifier: MIT
# What the guest does with e7.3, the Linux AoE driver's only disk: a file system's whole life.
set -e
disk=/dev/etherd/e7.3
for _ in $(seq 20); do
    [ -b $disk ] && break
    echo >/dev/etherd/discover
    sleep 0.5
done
[ -b $disk ] || { dmesg | tail -n 20; exit 1; }
grep -H . /sys/block/etherd\!e7.3/size /sys/block/etherd\!e7.3/netif

/sbin/mke2fs -q -t ext4 $disk
mount -t ext4 $disk /mnt
seq 200000 >/mnt/numbers
mkdir /mnt/folder
for i in $(seq 100); do echo "file $i" >/mnt/folder/$i; done
dd if=/dev/urandom of=/mnt/random bs=64k count=100 2>/dev/null
rm /mnt/folder/7
(cd /mnt && sha256sum numbers random folder/*) >/sums
umount /mnt

mount -t ext4 $disk /mnt
(cd /mnt && sha256sum -c -s /sums && [ ! -e folder/7 ]) || {
    echo "the files differ from what was written"
    exit 1
}
echo "the files are as they were written"
umount /mnt
/sbin/e2fsck -fn $disk

# The last sector is no part of the file system: the disk is a few sectors larger than it.
size=$(cat /sys/block/etherd\!e7.3/size)
printf 'the last sector' | dd of=$disk bs=512 seek=$((size - 1)) conv=notrunc,fsync 2>/dev/null
blockdev --flushbufs $disk
echo 3 >/proc/sys/vm/drop_caches
echo "the disk's sum is $(sha256sum <$disk)"
dmesg | grep -i aoe
