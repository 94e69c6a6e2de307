# What `cmake --install` puts where: programs, the suite beside them, pages for man
# and completions, which the programs print from their option tables.
include(GNUInstallDirs)
set(CCPROBE_PROGRAMS ccprobe ccmock ccgate)
set(CCPROBE_SHARE ${CMAKE_INSTALL_DATAROOTDIR}/ccprobe)

install(TARGETS ${CCPROBE_PROGRAMS} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

# The suite. Records of how it was made stay with the source.
install(DIRECTORY cases claims DESTINATION ${CCPROBE_SHARE})
install(DIRECTORY fixtures DESTINATION ${CCPROBE_SHARE} USE_SOURCE_PERMISSIONS
  PATTERN fixtures/effects EXCLUDE
  PATTERN fixtures/record-client EXCLUDE
  PATTERN fixtures/measure-effects EXCLUDE
  PATTERN fixtures/client.pm EXCLUDE
  PATTERN "*.pl" EXCLUDE
  PATTERN "*.tar.xz" EXCLUDE)
# Targets that put something into the source tree first are for that alone.
file(GLOB targets RELATIVE ${PROJECT_SOURCE_DIR} CONFIGURE_DEPENDS targets/*/target.json)
foreach(target ${targets})
  get_filename_component(folder ${target} DIRECTORY)
  if(NOT EXISTS ${PROJECT_SOURCE_DIR}/${folder}/install)
    install(DIRECTORY ${folder} DESTINATION ${CCPROBE_SHARE}/targets
      USE_SOURCE_PERMISSIONS)
  endif()
endforeach()
install(FILES tests/faults/expected.txt # for `list --coverage`
  DESTINATION ${CCPROBE_SHARE}/tests/faults)

install(FILES LICENSE README.md CHANGES.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR}
  FILES_MATCHING PATTERN "*.md" PATTERN "*.json" PATTERN "*.png")

# printed(FILE PROGRAM OPTION DESTINATION): what `PROGRAM help OPTION` prints
function(printed file program option destination)
  set(made ${PROJECT_BINARY_DIR}/printed/${option}/${file})
  add_custom_command(OUTPUT ${made}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/printed/${option}
    COMMAND ${program} help --${option} > ${made}
    DEPENDS ${program} VERBATIM)
  set_property(GLOBAL APPEND PROPERTY CCPROBE_PRINTED ${made})
  install(FILES ${made} DESTINATION ${destination})
endfunction()

foreach(program ${CCPROBE_PROGRAMS})
  printed(${program}.1 ${program} man ${CMAKE_INSTALL_MANDIR}/man1)
  printed(${program} ${program} bash ${CMAKE_INSTALL_DATAROOTDIR}/bash-completion/completions)
  printed(_${program} ${program} zsh ${CMAKE_INSTALL_DATAROOTDIR}/zsh/site-functions)
  printed(${program}.fish ${program} fish ${CMAKE_INSTALL_DATAROOTDIR}/fish/vendor_completions.d)
endforeach()
get_property(made GLOBAL PROPERTY CCPROBE_PRINTED)
add_custom_target(printed ALL DEPENDS ${made})
