"""libc++, libc++abi, libunwind and compiler-rt's builtins 19 from @llvm_runtimes, by their source lists."""

def _words(text):
    return [word for word in text.replace("\n", " ").split(" ") if word]

LIBCXX = [
    "libcxx/src/%s.cpp" % name
    for name in _words("""
algorithm any atomic barrier bind call_once charconv chrono condition_variable condition_variable_destructor error_category
exception expected filesystem/directory_entry filesystem/directory_iterator filesystem/filesystem_clock
filesystem/filesystem_error filesystem/operations filesystem/path fstream functional future hash ios ios.instantiations
iostream legacy_pointer_safety locale memory_resource mutex mutex_destructor new_handler optional ostream
print random_shuffle regex ryu/d2fixed ryu/d2s ryu/f2s shared_mutex stdexcept string strstream system_error thread
typeinfo valarray variant vector verbose_abort
""")
]

LIBCXX_MEMORY = ["libcxx/src/memory.cpp"]
LIBCXX_NEW_HELPERS = ["libcxx/src/new_helpers.cpp"]
LIBCXX_RANDOM = ["libcxx/src/random.cpp"]

LIBCXXABI = [
    "libcxxabi/src/%s.cpp" % name
    for name in _words("""
abort_message cxa_aux_runtime cxa_default_handlers cxa_demangle cxa_exception cxa_exception_storage cxa_guard cxa_handlers
cxa_personality cxa_thread_atexit cxa_vector private_typeinfo stdlib_exception
stdlib_new_delete stdlib_stdexcept stdlib_typeinfo
""")
]

LIBCXXABI_HEAP = ["libcxxabi/src/fallback_malloc.cpp"]

LIBUNWIND_CXX = ["libunwind/src/libunwind.cpp"]
LIBUNWIND_C = [
    "libunwind/src/UnwindLevel1-gcc-ext.c",
    "libunwind/src/UnwindLevel1.c",
    "libunwind/src/UnwindRegistersRestore.S",
    "libunwind/src/UnwindRegistersSave.S",
]

_BUILTINS = _words("""
absvdi2 absvsi2 absvti2 adddf3 addsf3 addtf3 addvdi3 addvsi3 addvti3 ashldi3 ashlti3 ashrdi3 ashrti3 atomic bswapdi2 bswapsi2
clear_cache clzdi2 clzsi2 clzti2 cmpdi2 cmpti2 comparedf2 comparesf2 comparetf2 ctzdi2 ctzsi2 ctzti2 divdc3 divdf3 divdi3
divmoddi4 divmodsi4 divmodti4 divsc3 divsf3 divsi3 divtc3 divtf3 divti3 eprintf extenddftf2 extendhfsf2 extendhftf2
extendsfdf2 extendsftf2 ffsdi2 ffssi2 ffsti2 fixdfdi fixdfsi fixdfti fixsfdi fixsfsi fixsfti fixtfdi fixtfsi fixtfti
fixunsdfdi fixunsdfsi fixunsdfti fixunssfdi fixunssfsi fixunssfti fixunstfdi fixunstfsi fixunstfti floatditf floatsidf
floatsisf floatsitf floattidf floattisf floattitf floatunditf floatunsidf floatunsisf floatunsitf floatuntidf floatuntisf
floatuntitf gcc_personality_v0 int_util lshrdi3 lshrti3 moddi3 modsi3 modti3 muldc3 muldf3 muldi3 mulodi4 mulosi4 muloti4
mulsc3 mulsf3 multc3 multf3 multi3 mulvdi3 mulvsi3 mulvti3 negdf2 negdi2 negsf2 negti2 negvdi2 negvsi2 negvti2 paritydi2
paritysi2 parityti2 popcountdi2 popcountsi2 popcountti2 powidf2 powisf2 powitf2 subdf3 subsf3 subtf3 subvdi3 subvsi3 subvti3
truncdfhf2 truncdfsf2 truncsfhf2 trunctfdf2 trunctfhf2 trunctfsf2 ucmpdi2 ucmpti2 udivdi3 udivmoddi4 udivmodsi4 udivmodti4
udivsi3 udivti3 umoddi3 umodsi3 umodti3
""")

# By CPU: those that replace or add to the generic ones.
_BUILTINS_OF_CPU = {
    "aarch64": "aarch64/fp_mode.c floatdidf.c floatdisf.c floatundidf.c floatundisf.c".split(" "),
    "x86_64": ("fp_mode.c cpu_model/x86.c divxc3.c extendxftf2.c fixunsxfdi.c fixunsxfsi.c fixunsxfti.c fixxfdi.c " +
               "fixxfti.c floattixf.c floatuntixf.c mulxc3.c powixf2.c trunctfxf2.c x86_64/floatdidf.c " +
               "x86_64/floatdisf.c x86_64/floatdixf.c x86_64/floatundidf.S x86_64/floatundisf.S " +
               "x86_64/floatundixf.S").split(" "),
}

def builtins(cpu):
    return ["compiler-rt/lib/builtins/" + name for name in [name + ".c" for name in _BUILTINS] + _BUILTINS_OF_CPU[cpu]]

def runtime_sources(paths):
    return ["@llvm_runtimes//:" + path for path in paths]

_CXX_HEADERS = [
    "-nostdinc++",
    "-isystemexternal/llvm_runtimes/direct_calls",
    "-isystemexternal/llvm_runtimes/config",
    "-isystemexternal/llvm_runtimes/libcxx/include",
    "-isystemexternal/llvm_runtimes/libcxxabi/include",
]

def cxx_headers(cpu):
    return _CXX_HEADERS + c_headers(cpu)

def c_headers(cpu):
    return ["-isystemexternal/musl/sysroot/%s/include" % cpu]
