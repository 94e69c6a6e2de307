ccprobe_unit_tests(net loop serve fetch)
target_sources(unit-serve PRIVATE ${PROJECT_SOURCE_DIR}/tests/unit/rawpeer.c)
target_sources(unit-fetch PRIVATE ${PROJECT_SOURCE_DIR}/tests/unit/rawpeer.c)
