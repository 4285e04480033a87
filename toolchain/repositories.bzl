"""Everything Enkel fetches, for its own WORKSPACE and for yours.

    load("@enkel//toolchain:repositories.bzl", "enkel_repositories")
    enkel_repositories()

registers the toolchains too. docs/external_app.md shows a whole WORKSPACE.
"""

load(":apt.bzl", "debian_binary", "debian_source")
load(":host_qemu.bzl", "host_qemu")
load(":pins.bzl", "BINARY_PACKAGES", "SOURCE_PACKAGES")
load(":stub.bzl", "stub_repository")

_COMPILER = [
    "clang-19",
    "clang-format-19",
    "clang-tidy-19",
    "clangd-19",
    "libbsd0",
    "libclang-common-19-dev",
    "libclang-cpp19",
    "libedit2",
    "libffi8",
    "libgcc-s1",
    "libicu72",
    "libllvm19",
    "liblzma5",
    "libmd0",
    "libstdc++6",
    "libtinfo6",
    "libxml2",
    "libz3-4",
    "libzstd1",
    "lld-19",
    "llvm-19",
    "patchelf",
    "zlib1g",
]

_HOST_SYSROOT = [
    "libc++-19-dev",
    "libc++abi-19-dev",
    "libc6",
    "libc6-dev",
    "libclang-rt-19-dev",
    "libcrypt-dev",
    "libunwind-19",
    "libunwind-19-dev",
    "linux-libc-dev",
]

_NET_TOOLS = [
    "curl",
    "dnsmasq-base",
    "iperf3",
    "libbrotli1",
    "libbsd0",
    "libcom-err2",
    "libcurl4",
    "libdbus-1-3",
    "libedit2",
    "libgmp10",
    "libgssapi-krb5-2",
    "libhogweed6",
    "libidn2-0",
    "libiperf0",
    "libjansson4",
    "libk5crypto3",
    "libkeyutils1",
    "libkrb5-3",
    "libkrb5support0",
    "libldap-2.5-0",
    "libmd0",
    "libmnl0",
    "libnetfilter-conntrack3",
    "libnettle8",
    "libnfnetlink0",
    "libnftables1",
    "libnftnl11",
    "libnghttp2-14",
    "libpsl5",
    "librtmp1",
    "libsasl2-2",
    "libsctp1",
    "libssh2-1",
    "libssl3",
    "libunistring2",
    "libxtables12",
    "netcat-openbsd",
]

# What wrk and h2load (of nghttp2-client) need that a bare Debian lacks.
_LOAD_TOOLS = [
    "libbrotli1",
    "libev4",
    "libicu72",
    "libjansson4",
    "libjemalloc2",
    "liblzma5",
    "libluajit-5.1-2",
    "libnghttp2-14",
    "libssl3",
    "libxml2",
    "nghttp2-client",
    "wrk",
    "zlib1g",
]

# What skopeo needs that a bare Debian lacks.
_OCI_TOOLS = [
    "libassuan0",
    "libdevmapper1.02.1",
    "libgpg-error0",
    "libgpgme11",
    "skopeo",
]

# All that its libraries load, too, and one font; nothing of a desktop or of a graphics card.
_CHROMIUM = [
    "chromium-common",
    "chromium-headless-shell",
    "fonts-dejavu-core",
    "libasound2",
    "libasyncns0",
    "libatk1.0-0",
    "libatspi2.0-0",
    "libblkid1",
    "libbrotli1",
    "libbsd0",
    "libcap2",
    "libdav1d6",
    "libdbus-1-3",
    "libdouble-conversion3",
    "libdrm2",
    "libexpat1",
    "libffi8",
    "libflac12",
    "libfontconfig1",
    "libfreetype6",
    "libgbm1",
    "libgcc-s1",
    "libgcrypt20",
    "libglib2.0-0",
    "libgpg-error0",
    "libgraphite2-3",
    "libharfbuzz-subset0",
    "libharfbuzz0b",
    "libjpeg62-turbo",
    "liblz4-1",
    "liblzma5",
    "libmd0",
    "libminizip1",
    "libmount1",
    "libmp3lame0",
    "libmpg123-0",
    "libnspr4",
    "libnss3",
    "libogg0",
    "libopenh264-7",
    "libopus0",
    "libpcre2-8-0",
    "libpng16-16",
    "libpulse0",
    "libselinux1",
    "libsndfile1",
    "libsqlite3-0",
    "libstdc++6",
    "libsystemd0",
    "libudev1",
    "libvorbis0a",
    "libvorbisenc2",
    "libwayland-server0",
    "libx11-6",
    "libx11-xcb1",
    "libxau6",
    "libxcb1",
    "libxcomposite1",
    "libxdamage1",
    "libxdmcp6",
    "libxext6",
    "libxfixes3",
    "libxi6",
    "libxkbcommon0",
    "libxnvctrl0",
    "libxrandr2",
    "libxrender1",
    "libzstd1",
    "zlib1g",
]

_PILLOW = [
    "fonts-dejavu-core",
    "libbrotli1",
    "libbsd0",
    "libdeflate0",
    "libfreetype6",
    "libfribidi0",
    "libglib2.0-0",
    "libgomp1",
    "libgraphite2-3",
    "libharfbuzz0b",
    "libimagequant0",
    "libjbig0",
    "libjpeg62-turbo",
    "liblerc4",
    "liblzma5",
    "libmd0",
    "libopenjp2-7",
    "libpcre2-8-0",
    "libpng16-16",
    "libraqm0",
    "libstdc++6",
    "libtiff6",
    "libwebp7",
    "libxau6",
    "libxcb1",
    "libxdmcp6",
    "libzstd1",
    "patchelf",
    "python3-pil",
    "zlib1g",
]

def _package(file):
    return Label("//toolchain/packages:" + file)

def _binary(packages, **attributes):
    debian_binary(packages = {name: list(BINARY_PACKAGES[name]) for name in packages}, **attributes)

def _source(package, **attributes):
    version, files = SOURCE_PACKAGES[package]
    debian_source(package = package, version = version, files = files, **attributes)

def enkel_repositories():
    """Declares all external repositories and registers the toolchains. Call it once, first."""
    host_qemu(name = "host_qemu")

    _binary(
        name = "llvm",
        build_file = _package("llvm.BUILD"),
        packages = _COMPILER,
        setup = _package("llvm.sh"),
    )
    _binary(
        name = "host_sysroot",
        build_file = _package("host_sysroot.BUILD"),
        packages = _HOST_SYSROOT,
        setup = _package("host_sysroot.sh"),
    )
    _source(
        name = "musl",
        build_file = _package("musl.BUILD"),
        package = "musl",
        setup = _package("musl.sh"),
        setup_data = [
            Label("//toolchain/libc:install_headers"),
            Label("//toolchain/libc:generate_syscalls"),
            Label("//toolchain/libc:list_sources"),
        ],
    )
    _source(
        name = "llvm_runtimes",
        build_file = _package("llvm_runtimes.BUILD"),
        only = [
            "compiler-rt/lib/builtins",
            "libcxx/include",
            "libcxx/src",
            "libcxx/vendor/llvm",
            "libcxxabi/include",
            "libcxxabi/src",
            "libunwind/include",
            "libunwind/src",
        ],
        package = "llvm-toolchain-19",
        setup = _package("llvm_runtimes.sh"),
        setup_data = [
            Label("//toolchain/cxx:__config_site"),
            Label("//toolchain/cxx:direct_calls/sys/syscall.h"),
            Label("//toolchain/cxx:linux/futex.h"),
            Label("//toolchain/cxx:linux/unistd.h"),
        ],
    )

    _source(
        name = "libfuzzer",
        build_file = _package("libfuzzer.BUILD"),
        only = ["compiler-rt/lib/fuzzer"],
        package = "llvm-toolchain-19",
    )
    _source(
        name = "com_google_absl",
        debian_patches = ["CVE-2025-0838.patch"],
        package = "abseil",
        setup = _package("abseil.sh"),
    )
    _source(
        name = "libsodium",
        build_file = _package("libsodium.BUILD"),
        debian_patches = ["CVE-2025-69277.patch"],
        package = "libsodium",
    )
    _source(
        name = "lwip",
        build_file = _package("lwip.BUILD"),
        package = "lwip",
    )
    _source(
        name = "com_google_googletest",
        package = "googletest",
    )
    _source(
        name = "com_github_google_benchmark",
        package = "benchmark",
    )

    _binary(
        name = "rules_cc",
        packages = ["bazel-rules-cc"],
        setup = _package("rules_cc.sh"),
    )
    _binary(
        name = "bazel_skylib",
        packages = ["bazel-skylib"],
        setup = _package("move_up.sh"),
    )
    _binary(
        name = "platforms",
        packages = ["bazel-platforms"],
        setup = _package("move_up.sh"),
    )

    # Disks to boot from.
    _binary(
        name = "device_tree_compiler",
        build_file = _package("device_tree_compiler.BUILD"),
        packages = [
            "device-tree-compiler",
            "libfdt1",
            "libgcc-s1",
            "libstdc++6",
            "libyaml-0-2",
            "patchelf",
        ],
        setup = _package("device_tree_compiler.sh"),
    )
    _binary(
        name = "grub",
        build_file = _package("grub.BUILD"),
        packages = [
            "grub-common",
            "grub-efi-amd64-bin",
            "grub-pc-bin",
            "libdevmapper1.02.1",
            "liblzma5",
            "libpcre2-8-0",
            "libselinux1",
            "libudev1",
        ],
        setup = _package("grub.sh"),
    )
    _binary(
        name = "mtools",
        build_file = _package("mtools.BUILD"),
        packages = ["mtools"],
    )
    _binary(
        name = "ovmf",
        build_file = _package("ovmf.BUILD"),
        packages = ["ovmf"],
    )
    _binary(
        name = "xorriso",
        build_file = _package("xorriso.BUILD"),
        packages = [
            "libacl1",
            "libburn4",
            "libbz2-1.0",
            "libgcc-s1",
            "libisoburn1",
            "libisofs6",
            "libjte2",
            "libreadline8",
            "libstdc++6",
            "libtinfo6",
            "patchelf",
            "xorriso",
            "zlib1g",
        ],
        setup = _package("xorriso.sh"),
    )
    _binary(
        name = "u_boot_rpi",
        build_file = _package("u_boot_rpi.BUILD"),
        packages = ["u-boot-rpi"],
    )

    # Linux's programs of the network: peers of //testing/linux_peer.
    _binary(
        name = "net_tools",
        build_file = _package("net_tools.BUILD"),
        packages = _NET_TOOLS,
    )

    # Clients of //testing/http: makers of load, and a browser.
    _binary(
        name = "load_tools",
        build_file = _package("load_tools.BUILD"),
        packages = _LOAD_TOOLS,
    )
    _binary(
        name = "oci_tools",
        build_file = _package("oci_tools.BUILD"),
        packages = _OCI_TOOLS,
    )
    _binary(
        name = "chromium",
        build_file = _package("chromium.BUILD"),
        packages = _CHROMIUM,
        setup = _package("chromium.sh"),
    )

    # Linux as a guest, which //testing/bench:http_vs_linux measures beside, and what draws its plot.
    for cpu, architecture in {"aarch64": "arm64", "x86_64": "amd64"}.items():
        _binary(
            name = "linux_" + cpu,
            build_file = _package("linux.BUILD"),
            packages = ["linux-image-6.1.0-50-cloud-" + architecture],
            setup = _package("linux.sh"),
        )
    _binary(
        name = "pillow",
        build_file = _package("pillow.BUILD"),
        packages = _PILLOW,
        setup = _package("pillow.sh"),
    )

    # A peer of the remote-cache test, and the emulator of aarch64 Linux processes.
    _binary(
        name = "nginx",
        build_file = _package("nginx.BUILD"),
        packages = ["nginx"],
    )
    _binary(
        name = "qemu_user",
        build_file = _package("qemu_user.BUILD"),
        packages = ["qemu-user"],
    )

    stub_repository(
        name = "rules_java",
        files = {
            "java/BUILD.bazel": "",
            "java/defs.bzl": "java_import = native.java_import\njava_runtime = native.java_runtime\njava_toolchain = native.java_toolchain\n",
        },
    )
    stub_repository(
        name = "remote_coverage_tools",
        files = {
            "BUILD.bazel": "package(default_visibility = [\"//visibility:public\"])\n" +
                           "sh_binary(name = \"coverage_report_generator\", srcs = [\"merge.sh\"])\n" +
                           "sh_binary(name = \"lcov_merger\", srcs = [\"merge.sh\"])\n",
            # lcov files need no merger: they are concatenated.
            "merge.sh": """#!/bin/bash
for argument in "$@"; do
  case $argument in
    --coverage_dir=*) folder=${argument#*=} ;;
    --output_file=*) output=${argument#*=} ;;
    --reports_file=*) reports=${argument#*=} ;;
  esac
done
{
  if [ -n "${folder:-}" ]; then find "$folder" -name '*.dat' -exec cat {} +; fi
  if [ -n "${reports:-}" ]; then xargs -a "$reports" cat; fi
} > "$output"
""",
        },
    )

    native.register_toolchains(
        "@enkel//toolchain/cc:all",
        "@enkel//toolchain:python",
    )
