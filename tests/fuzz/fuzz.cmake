# Fuzz targets. Each is a function from bytes to nothing that asserts what must
# always hold. Built plainly, a target runs the files of the folders it is
# given; with CCPROBE_FUZZER (clang) it looks for new ones:
#   CC=clang cmake -S . -B out/fuzz -DCCPROBE_FUZZER=ON
#   out/fuzz/fuzz/fuzz-jscan -max_total_time=60 FOLDER tests/fuzz/corpus/jscan

# A fuzzer finds its way by the branches of the code that it tests.
if(CCPROBE_FUZZER)
  target_compile_options(common INTERFACE
    -fsanitize=fuzzer-no-link,address,undefined)
  target_link_options(common INTERFACE -fsanitize=address,undefined)
endif()

# ccprobe_fuzz(name lib...): fuzz-NAME from fuzz/fuzz_NAME.c
function(ccprobe_fuzz name)
  set(target fuzz-${name})
  add_executable(${target} fuzz/fuzz_${name}.c)
  if(CCPROBE_FUZZER)
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(${target} PRIVATE fuzz/standalone.c)
  endif()
  # Assertions are the test, also in a release build.
  target_compile_options(${target} PRIVATE -UNDEBUG)
  target_link_libraries(${target} PRIVATE ${ARGN})
  set_target_properties(${target} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/fuzz)
endfunction()

ccprobe_fuzz(jscan wire)
ccprobe_fuzz(sse wire)
ccprobe_fuzz(http wire)
ccprobe_fuzz(answer wire)
ccprobe_fuzz(script mock)
ccprobe_fuzz(strict mock)
ccprobe_fuzz(case probe)
ccprobe_fuzz(refusal probe)
