ccprobe_unit_tests(gateway config route policy auth)
