ccprobe_unit_tests(gateway config route policy auth relay worker)
target_sources(unit-relay PRIVATE ${PROJECT_SOURCE_DIR}/tests/unit/rawpeer.c)
