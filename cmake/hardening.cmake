# What an attacker meets who finds a mistake of ours: checked string functions, a
# guarded stack, addresses that differ in each run, tables that cannot be written
# to. Sanitizers and fuzzers bring checks of their own that do not go with these.
# tests/programs/hardening.t reads it off the programs.
if(CCPROBE_SANITIZE OR CCPROBE_FUZZER)
  return()
endif()

include(CheckPIESupported)
check_pie_supported(LANGUAGES C)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

target_compile_options(common INTERFACE
  -fstack-protector-strong -fstack-clash-protection)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU" AND
    CMAKE_C_COMPILER_VERSION VERSION_GREATER_EQUAL 12)
  set(CCPROBE_FORTIFY 3)
else()
  set(CCPROBE_FORTIFY 2)
endif()
target_compile_options(common INTERFACE # some compilers bring a level of their own
  -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=${CCPROBE_FORTIFY})
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|i[3-6]86)$")
  target_compile_options(common INTERFACE -fcf-protection=full)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
  target_compile_options(common INTERFACE -mbranch-protection=standard)
endif()
target_link_options(common INTERFACE
  LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack)
