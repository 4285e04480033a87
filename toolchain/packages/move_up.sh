# Runs after a Debian package of Bazel rules was unpacked below root/: its one folder becomes the repository.
mv root/usr/share/bazel/tools/*/* .
rm -rf root
