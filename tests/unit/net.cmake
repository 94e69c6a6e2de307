ccprobe_unit_tests(net loop serve fetch both dial)
foreach(name serve fetch both dial)
  target_sources(unit-${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/unit/rawpeer.c)
endforeach()
# The certificates are in a scratch folder of probe.
ccprobe_unit_tests(probe fetch_tls)
target_sources(unit-fetch_tls PRIVATE ${PROJECT_SOURCE_DIR}/tests/unit/rawpeer.c)
target_compile_definitions(unit-fetch_tls PRIVATE
  CCPROBE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
