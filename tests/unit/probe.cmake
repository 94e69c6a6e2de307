ccprobe_unit_tests(probe clients secrets settings decode summary view subject expect
  grammar request casefile judge check take grade bisect bisect_made bisect_parts quote)
foreach(name casefile judge bisect bisect_parts)
  target_compile_definitions(unit-${name} PRIVATE
    CCPROBE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
endforeach()
ccprobe_unit_tests(reports reports)
ccprobe_unit_tests(probe settle select strain moments)
