ccprobe_unit_tests(wire sse http hop wlog base64)
