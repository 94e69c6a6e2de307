ccprobe_unit_tests(probe listen finding feature refusal refusal_part)
