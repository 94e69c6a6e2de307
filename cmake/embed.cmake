# embed(SOURCES NAME FILE HEADER): the bytes of FILE are compiled in as the array
# NAME, which HEADER declares. The source that has them joins the list SOURCES.
function(embed sources name file header)
  set(from ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${from})
  file(READ ${from} hex HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
  file(CONFIGURE OUTPUT ${name}.c CONTENT
    "#include \"${header}\"\nconst char ${name}[] = { ${bytes} 0 };\n")
  set(${sources} ${${sources}} ${CMAKE_CURRENT_BINARY_DIR}/${name}.c PARENT_SCOPE)
endfunction()
