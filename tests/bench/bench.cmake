# Benches: programs that measure; run by hand.
add_executable(bench-paced-streams bench/paced_streams.c)
target_link_libraries(bench-paced-streams PRIVATE common)
set_target_properties(bench-paced-streams PROPERTIES
  OUTPUT_NAME paced_streams
  RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bench)
