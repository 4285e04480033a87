"""Every package that Enkel is built from: name, version, sha256. The one place to look, and the one place to change.

    ./bazelw run //toolchain:bump_pin -- NAME       pins what the archive has now
    ./bazelw run //toolchain:bump_pin -- --check    says which pins the archive no longer has
"""

# name: (version, architecture, sha256 of the .deb)
BINARY_PACKAGES = {
    # The compiler: clang, lld, binutils 19 and what their shared libraries need.
    "clang-19": ("1:19.1.7-3~deb12u1", "amd64", "89ab931a9bbfd567a76df3141af5d5ec67b01d800150e614f2c9bf4671da9b08"),
    "libclang-common-19-dev": ("1:19.1.7-3~deb12u1", "amd64", "811c2d398ad772204ec05ffde485cbbc4c210abc5dcf0068ff9ca3e647591ce7"),
    "libclang-cpp19": ("1:19.1.7-3~deb12u1", "amd64", "5daa784e1d747db320c16604729ffa805e6bfd72d3ac0b7cb0ee5f1a7ebc8aae"),
    "libllvm19": ("1:19.1.7-3~deb12u1", "amd64", "6edf3a8b28495cdba883d9760e0dca1a81983fc497a5f989dc64d0d96d23b4aa"),
    "lld-19": ("1:19.1.7-3~deb12u1", "amd64", "416e084363a16a7060eaa6343ed641dfe864b8208c39170ee00a5679e4b486a2"),
    "llvm-19": ("1:19.1.7-3~deb12u1", "amd64", "f91492c5b361ff12f540b9f6145cf638b5e0fb3f145fceabd6c4b9540eab4bf9"),
    "patchelf": ("0.14.3-1+b1", "amd64", "0364b90e81faabbb9569076063952c7bcbf07f83d954a2f2602a163d65be60e6"),
    "libbsd0": ("0.11.7-2", "amd64", "bb31cc8b40f962a85b2cec970f7f79cc704a1ae4bad24257a822055404b2c60b"),
    "libedit2": ("3.1-20221030-2", "amd64", "1cf14abf2716d3279db12d0657a5737cf70074a1e71d3bdf73206625e3c89ce6"),
    "libffi8": ("3.4.4-1", "amd64", "6d9f6c25c30efccce6d4bceaa48ea86c329a3432abb360a141f76ac223a4c34a"),
    "libgcc-s1": ("12.2.0-14+deb12u1", "amd64", "3016e62cb4b7cd8038822870601f5ed131befe942774d0f745622cc77d8a88f7"),
    "libicu72": ("72.1-3+deb12u1", "amd64", "f7f6f99c6d7b025914df2447fc93e11d22c44c0c8bdd8b6f36691c9e7ddcef88"),
    "liblzma5": ("5.4.1-1+deb12u1", "amd64", "f96d8876b53ec89d76a992bc199679b818cf518225a768954d9451fb556a4eb7"),
    "libmd0": ("1.0.4-2", "amd64", "03539fd30c509e27101d13a56e52eda9062bdf1aefe337c07ab56def25a13eab"),
    "libstdc++6": ("12.2.0-14+deb12u1", "amd64", "5cd3171216d4ab0fc911cfe9c35509bf2dd8f47761c43b7f6a4296701551a24d"),
    "libtinfo6": ("6.4-4", "amd64", "072d908f38f51090ca28ca5afa3b46b2957dc61fe35094c0b851426859a49a51"),
    "libxml2": ("2.9.14+dfsg-1.3~deb12u6", "amd64", "4460e39dda10a815881374217cde08474747cfa018358cd8612c14b390eff53b"),
    "libz3-4": ("4.8.12-3.1", "amd64", "6221ca25ad5abcfbe1965801029d85a88b4775320384b4b716de8fab7a4d2f7a"),
    "libzstd1": ("1.5.4+dfsg2-5", "amd64", "6315b5ac38b724a710fb96bf1042019398cb656718b1522279a5185ed39318fa"),
    "zlib1g": ("1:1.2.13.dfsg-1", "amd64", "d7dd1d1411fedf27f5e27650a6eff20ef294077b568f4c8c5e51466dc7c08ce4"),
    # Tools for people: format, lint, editor.
    "clang-format-19": ("1:19.1.7-3~deb12u1", "amd64", "294be761c32accb59d1fb8a27b4929d0f219a898b47fd52a8f5e2c841ab8d089"),
    "clang-tidy-19": ("1:19.1.7-3~deb12u1", "amd64", "3b3d1f0e7c139c6b58feaa86bd7ff0d58b6d34a16f5f6d9a3c3a93e342cf2a7f"),
    "clangd-19": ("1:19.1.7-3~deb12u1", "amd64", "b7a95aaf210496bcea38d2729c030343e4f35f26c1a4927ac44c0821dbd9c4a0"),
    # C and C++ libraries of host tests (x86_64 Linux), with the sanitizers' runtimes.
    "libc++-19-dev": ("1:19.1.7-3~deb12u1", "amd64", "21e79a3c1557f0dbc8dc2dd1f123523ab08784a8fa2204c0ef7937e3c9baad95"),
    "libc++abi-19-dev": ("1:19.1.7-3~deb12u1", "amd64", "78d59818a21a756868670d7b27d2737fd33b23f7597585d56e0656dd059147d9"),
    "libc6": ("2.36-9+deb12u14", "amd64", "ba4f88f73dbc3ae9055f3c20f4523bfdbaf1ad13ff95e258924f77d20b4fbedf"),
    "libc6-dev": ("2.36-9+deb12u14", "amd64", "0218fc2befcd784c1b0c6292c0a137ce89fad054efaa579ad083bee0f2c01aae"),
    "libclang-rt-19-dev": ("1:19.1.7-3~deb12u1", "amd64", "872464dcd1aa3538e417e177f74a4c549b19313acaa1fe9465d32b936e9ef8eb"),
    "libcrypt-dev": ("1:4.4.33-2", "amd64", "81ccd29130f75a9e3adabc80e61921abff42f76761e1f792fa2d1bb69af7f52f"),
    "libunwind-19": ("1:19.1.7-3~deb12u1", "amd64", "0ee02e9a5d0c475c8a16d7475846814359dda1c63e0a3e23b7f02e1598f79112"),
    "libunwind-19-dev": ("1:19.1.7-3~deb12u1", "amd64", "8537cf14e3191619117a2d0b47809a24660f6cb2cada050f54fd957f8559c1a6"),
    "linux-libc-dev": ("6.1.176-1", "amd64", "8bb258735b9dffbb111da778ebdd024750878e435ffd9dfcadcb6762ede6b4cf"),
    # Bazel rules.
    "bazel-platforms": ("0.0.2-2", "all", "55424b0d6a8b5868b87445a820f2a4cb30b54d43824bab23fb8a96f5cc95da7f"),
    "bazel-rules-cc": ("0.0.4-2", "all", "2cbda3603e35c90c114b8c7d5b219bba94fdde007eb3de87a493b70a7aae1453"),
    "bazel-skylib": ("1.0.3-2", "all", "b7662103ceb16fedb2e348c0d6f18045eba656e3fe1e462ebcfd25efd2548db0"),
    # Disks to boot from: FAT file systems, GRUB and what its image maker needs, U-Boot for the Raspberry Pi; device trees.
    "device-tree-compiler": ("1.6.1-4+b1", "amd64", "f56fbb1e1da6545619dd2a17b7a85b2c4c674bd276d1b844e01a8b9901dd349d"),
    "grub-common": ("2.06-13+deb12u2", "amd64", "fa2a91e48bb85effb1d9e22e16d83774e6de0ae6167268e8150e76ae963ec671"),
    "grub-pc-bin": ("2.06-13+deb12u2", "amd64", "db6aced5a89f02e10e150140b4df9621196f311c26203baf8558b4c6808e1298"),
    "libdevmapper1.02.1": ("2:1.02.185-2", "amd64", "aaa78ca236055fedccf637eacf7bda02bf1980b2db668dccd202b04d0d2cfe04"),
    "libfdt1": ("1.6.1-4+b1", "amd64", "e7312b61267979a58ae1fa9e34746d077707560c955f6455d02a9ff0f8fa7995"),
    "libpcre2-8-0": ("10.42-1", "amd64", "030db54f4d76cdfe2bf0e8eb5f9efea0233ab3c7aa942d672c7b63b52dbaf935"),
    "libselinux1": ("3.4-1+b6", "amd64", "2b07f5287b9105f40158b56e4d70cc1652dac56a408f3507b4ab3d061eed425f"),
    "libudev1": ("252.39-1~deb12u2", "amd64", "6f7e08f11c4809d2e5998c775f7b423ab5ec2ce0309494b4a2615037052245e2"),
    "libyaml-0-2": ("0.2.5-1", "amd64", "207b539919a47c85bcf738677f0ccf5bbac9844f2d3f158696f518be4c4ba6c4"),
    "mtools": ("4.0.33-1+really4.0.32-1", "amd64", "972e0857ff43dbfc4c9255844c97b5d2cb0287720216d04c95b4e7fa483aec99"),
    "u-boot-rpi": ("2023.01+dfsg-2+deb12u3", "arm64", "3722f286cfafca03f4cac7adade04fccf66158ad8467501b9deabd154162b5e8"),
    # What Linux's programs of the network are made of: peers of //testing/linux_peer.
    "curl": ("7.88.1-10+deb12u15", "amd64", "0dd9b6bf7a0bd11af2d68a52ec44c2a223fa7c11f9104c36ce1047e1137d4a8f"),
    "dnsmasq-base": ("2.90-4~deb12u2", "amd64", "77f56034a23b200c9787d3d9b423030a1e95618f476e011d988daacc19919bc1"),
    "iperf3": ("3.12-1+deb12u2", "amd64", "16215637827a05c4450ff9c04de399a2a56564eaf651b12cf7b63e374eb806cd"),
    "libbrotli1": ("1.0.9-2+b6", "amd64", "563b4caec1aa5e876bd3355b36e7a38e1484baf5a293b48d1e8bd22db786e4d7"),
    "libcom-err2": ("1.47.0-2+b2", "amd64", "a2bac7015e78fbc0c504df3e441f3a22292f1d2d77f9ccda760057f3690e22f2"),
    "libcurl4": ("7.88.1-10+deb12u15", "amd64", "3042904de01f9c4fbdcf1452b8f81abedcf2b015f9b9deba109063322b5bd68b"),
    "libdbus-1-3": ("1.14.10-1~deb12u1", "amd64", "18ee0ce5fab9f7b671e87da1e9fa18660e36e04a3402f24bdb8635e0ba1d35f6"),
    "libgmp10": ("2:6.2.1+dfsg1-1.1", "amd64", "187aedef2ed763f425c1e523753b9719677633c7eede660401739e9c893482bd"),
    "libgssapi-krb5-2": ("1.20.1-2+deb12u5", "amd64", "d8b87aea91b956b416c01a28c44ff6228315ae3b73de40acddac3dc5043607d2"),
    "libhogweed6": ("3.8.1-2", "amd64", "ed8185c28b2cb519744a5a462dcd720d3b332c9b88a1d0002eac06dc8550cb94"),
    "libidn2-0": ("2.3.3-1+b1", "amd64", "d50716d5824083d667427817d506b45d3f59dc77e1ca52de000f3f62d4918afa"),
    "libiperf0": ("3.12-1+deb12u2", "amd64", "0e05c09cf1252d897f882ebd1c6ee540d8a5fbde0542e450b5ad573158b571b2"),
    "libjansson4": ("2.14-2", "amd64", "3fc9742f9f1a37bcb9931df6074b4d1483419ef832ad5349f47323e75fc27864"),
    "libk5crypto3": ("1.20.1-2+deb12u5", "amd64", "7b6e47d15c5c9cdcd456137533d8308aeba608a54cec73b28bd59bfc4b54cf06"),
    "libkeyutils1": ("1.6.3-2", "amd64", "cfac89e6a7a54ff3c6a4f843310e25efeddaa771baeae470bd98bd588c373563"),
    "libkrb5-3": ("1.20.1-2+deb12u5", "amd64", "c90801be09701af221b54dd502a59cb378b7284ff31e480738baca317d2f7653"),
    "libkrb5support0": ("1.20.1-2+deb12u5", "amd64", "8b9c05f2d8d461a10d657b118f572af5bf8fd6c8f93dcef81e852c5ab0f428ab"),
    "libldap-2.5-0": ("2.5.13+dfsg-5", "amd64", "4b6c30f6554149c594628d945edc6003f0eea8d0cc1341638c0e71375db147ed"),
    "libmnl0": ("1.0.4-3", "amd64", "4581f42e3373cb72f9ea4e88163b17873afca614a6c6f54637e95aa75983ea7c"),
    "libnetfilter-conntrack3": ("1.0.9-3", "amd64", "65f1539238f60fcc85d115acd640474f45c77bfddcf402eb7d75965a783c2bc8"),
    "libnettle8": ("3.8.1-2", "amd64", "45922e6e289ffd92f0f92d2bb9159e84236ff202d552a461bf10e5335b3f0261"),
    "libnfnetlink0": ("1.0.2-2", "amd64", "ae5cbba417ea48f34c1f72c27e8146a81f20614c1296bca2cd7234c8215fddcc"),
    "libnftables1": ("1.0.6-2+deb12u2", "amd64", "3a8223f9bfba99d97bf25296ac83de307ab036e1df63e5965f88809266851947"),
    "libnftnl11": ("1.2.4-2", "amd64", "9e619e1470a1915264e906020f3bfc046fd8458043b1342686d997b5078213af"),
    "libnghttp2-14": ("1.52.0-1+deb12u3", "amd64", "5a5736cee57e51c1baed869979e6ecdbc6495e939e33203d6cfe3b6e5a149e3f"),
    "libpsl5": ("0.21.2-1", "amd64", "4f0d35610204e4e754b057748719744114621f2f6f4202d846c314860a981afb"),
    "librtmp1": ("2.4+20151223.gitfa8646d.1-2+b2", "amd64", "e1f69020dc2c466e421ec6a58406b643be8b5c382abf0f8989011c1d3df91c87"),
    "libsasl2-2": ("2.1.28+dfsg-10", "amd64", "11ee190ad39f8d7af441d2c8347388b9449434c73acc67b4b372445ac4152efa"),
    "libsctp1": ("1.0.19+dfsg-2", "amd64", "e42749da6321b526dc617480d573732180c183a84a3393e5c398eb34f0ed0ff5"),
    "libssh2-1": ("1.10.0-3+b1", "amd64", "d20a3ee34fa84ad8bd381e8be6e9c2c2ea32347cff5e1169c10e978d43f54f24"),
    "libssl3": ("3.0.20-1~deb12u2", "amd64", "89be24b41bff568ee6e7caf5680a3d808e80315ed92e407056ce0fa7a5bda025"),
    "libunistring2": ("1.0-2", "amd64", "d466bbfe011d764d793c1d9d777cad9c7cf65b938e11598f27408171ad95a951"),
    "libxtables12": ("1.8.9-2", "amd64", "cb841d66950a43af4a398625313d2f3da9065299c9738538de6c2c3495857040"),
    "netcat-openbsd": ("1.219-1", "amd64", "85adebc045f48eb9a91515202a49940a0a57eff790223402333253ff121dfbdd"),
    # Peers and emulators of tests.
    "nginx": ("1.22.1-9+deb12u9", "amd64", "4e7b52f8b31f26d77ffb5c427c41e36223e81b047242ecfa8dc1d7f939734885"),
    "qemu-user": ("1:7.2+dfsg-7+deb12u18+b3", "amd64", "02a7d6a2675a12dd7fdd474924295552470c0c933e0b543975887f493a84219f"),
}

# name: (version, {file: sha256})
SOURCE_PACKAGES = {
    "abseil": ("20220623.1-1+deb12u2", {
        "abseil_20220623.1.orig.tar.gz": "abfe2897f3a30edaa74bc34365afe3c2a3cd012091a97dc7e008f7016adcd5fe",
        "abseil_20220623.1-1+deb12u2.debian.tar.xz": "e08490fc7b6f3beca1925953b0c4fb92df2de5e2a01295e4641e2a3d4e528eeb",
    }),
    "benchmark": ("1.7.1-1", {
        "benchmark_1.7.1.orig.tar.gz": "6430e4092653380d9dc4ccb45a1e2dc9259d581f4866dc0759713126056bc1d7",
        "benchmark_1.7.1-1.debian.tar.xz": "b1c15f3cee774d9463b8406f672937d8596cebb9ef1f2dad6102566277afe837",
    }),
    "googletest": ("1.12.1-0.2", {
        "googletest_1.12.1.orig.tar.gz": "81964fe578e9bd7c94dfdb09c8e4d6e6759e19967e397dbea48d1c10e45d0df2",
        "googletest_1.12.1-0.2.debian.tar.xz": "03dca2d4c5d2add5afcca67a09c5664b04998ef2063b6bec0cb84563e6eef422",
    }),
    "libsodium": ("1.0.18-1+deb12u1", {
        "libsodium_1.0.18.orig.tar.gz": "d59323c6b712a1519a5daf710b68f5e7fde57040845ffec53850911f10a5d4f4",
        "libsodium_1.0.18-1+deb12u1.debian.tar.xz": "f410474e46346b06b162defa05b1be26906aeed6cf309e3d4ebe30b4d1350733",
    }),
    "llvm-toolchain-19": ("1:19.1.7-3~deb12u1", {
        "llvm-toolchain-19_19.1.7.orig.tar.xz": "ae498f3bc58ae2d9f64ef5f0c035c4240152bf015a5b7738b15c22e93bdc97ce",
        "llvm-toolchain-19_19.1.7-3~deb12u1.debian.tar.xz": "69e23e395388e3b87b5c18461c38a3cf5f43d71aecf54fcf0dc9ac9664b4c16f",
    }),
    "lwip": ("2.1.3+dfsg1-2", {
        "lwip_2.1.3+dfsg1.orig.tar.xz": "0a8276d09fc4e97bbba2f953d74af2388fc2195ea156be9d7589e297a68fde24",
        "lwip_2.1.3+dfsg1-2.debian.tar.xz": "c5a48413d362cc757032cdd58f528f75eb64ee781ca46ca24f010b49b0e62a90",
    }),
    "musl": ("1.2.3-1", {
        "musl_1.2.3.orig.tar.gz": "7d5b0b6062521e4627e099e4c9dc8248d32a30285e959b7eecaa780cf8cfd4a4",
        "musl_1.2.3-1.debian.tar.xz": "8f12cc808dbec030179a25ce2645a4c0b622ee8011c2afcec53b87ec5867a8cc",
    }),
}
