# Programs that the scripts here play against.
add_executable(hostile programs/hostile.c)
target_link_libraries(hostile PRIVATE common PkgConfig::ZLIB)

# Tells how much memory a program held. Its own sanitizer would count.
add_executable(measured programs/measured.c)
target_link_libraries(measured PRIVATE common)

# Prints reports of a run that is written in it.
add_executable(golden-show golden/show.c)
target_link_libraries(golden-show PRIVATE reports)

# What a base URL may lead to by mistake.
add_executable(planted programs/planted.c)
target_link_libraries(planted PRIVATE common)
