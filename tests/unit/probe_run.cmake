ccprobe_unit_tests(probe drive target preflight session outgoing blackbox)
ccprobe_unit_tests(probe ask network sample)
target_link_libraries(unit-ask PRIVATE PkgConfig::ZLIB)
