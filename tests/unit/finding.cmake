ccprobe_unit_tests(probe finding feature refusal refusal_part)
