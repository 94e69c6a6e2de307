# Programs that the scripts here play against.
add_executable(hostile programs/hostile.c)
target_link_libraries(hostile PRIVATE common)

# Prints reports of a run that is written in it.
add_executable(golden-show golden/show.c)
target_link_libraries(golden-show PRIVATE reports)
