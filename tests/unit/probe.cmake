ccprobe_unit_tests(probe secrets view subject match grammar)
