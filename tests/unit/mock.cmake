ccprobe_unit_tests(wire option)
ccprobe_unit_tests(mock script rules mark coding play mock provider
  control strict cache)
# The codings are also read back.
target_link_libraries(unit-coding PRIVATE PkgConfig::ZLIB PkgConfig::ZSTD
  PkgConfig::BROTLI brotlidec)
