ccprobe_unit_tests(wire sse http wlog base64)
