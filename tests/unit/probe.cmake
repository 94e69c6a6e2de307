ccprobe_unit_tests(probe secrets view subject match grammar request casefile)
target_compile_definitions(unit-casefile PRIVATE
  CCPROBE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
