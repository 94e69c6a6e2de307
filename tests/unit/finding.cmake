ccprobe_unit_tests(probe finding feature)
