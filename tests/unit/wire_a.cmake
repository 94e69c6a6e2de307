ccprobe_unit_tests(wire span buf jscan jdiff json pattern answer framing)
