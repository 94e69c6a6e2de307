ccprobe_unit_tests(wire wrap fail span buf jscan jdiff json pattern answer framing)
