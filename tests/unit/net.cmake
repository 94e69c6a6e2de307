ccprobe_unit_tests(net loop serve fetch both)
foreach(name serve fetch both)
  target_sources(unit-${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/unit/rawpeer.c)
endforeach()
