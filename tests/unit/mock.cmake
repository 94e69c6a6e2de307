ccprobe_unit_tests(wire option)
