ccprobe_unit_tests(probe target preflight session outgoing blackbox)
