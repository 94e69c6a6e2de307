ccprobe_unit_tests(net loop serve fetch both dial)
foreach(name serve fetch both dial)
  target_sources(unit-${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/unit/rawpeer.c)
endforeach()
