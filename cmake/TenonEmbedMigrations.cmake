# tenon_embed_migrations(<target> DIRECTORY <dir> FUNCTION <qualified::name>)
#
# Compiles the files NNNNNN_name.up.sql and NNNNNN_name.down.sql of <dir> into <target> as
#   std::span<const tenon::EmbeddedMigration> qualified::name();
# by ascending version. A missing .down.sql means that the step cannot be taken back. Two files of one
# version, or a .down.sql without its .up.sql, stop the configuration.
include_guard(GLOBAL)

function(tenon_embed_migrations target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "DIRECTORY;FUNCTION" "")
  if(NOT arg_DIRECTORY OR NOT arg_FUNCTION)
    message(FATAL_ERROR "tenon_embed_migrations: DIRECTORY and FUNCTION are needed")
  endif()
  get_filename_component(directory "${arg_DIRECTORY}" ABSOLUTE)
  file(GLOB ups CONFIGURE_DEPENDS "${directory}/*.up.sql")
  file(GLOB downs CONFIGURE_DEPENDS "${directory}/*.down.sql")
  list(SORT ups COMPARE NATURAL)

  string(REGEX REPLACE "::[^:]+$" "" namespace "${arg_FUNCTION}")
  string(REGEX REPLACE "^.*::" "" function "${arg_FUNCTION}")
  set(rows "")
  set(versions "")
  foreach(up IN LISTS ups)
    get_filename_component(file "${up}" NAME)
    if(NOT file MATCHES "^([0-9]+)_(.+)\\.up\\.sql$")
      message(FATAL_ERROR "tenon_embed_migrations: ${up} is not named NUMBER_name.up.sql")
    endif()
    set(number "${CMAKE_MATCH_1}")
    set(name "${CMAKE_MATCH_2}")
    string(REGEX REPLACE "^0+([0-9])" "\\1" version "${number}")
    if(version IN_LIST versions)
      message(FATAL_ERROR "tenon_embed_migrations: version ${version} stands twice in ${directory}")
    endif()
    list(APPEND versions "${version}")
    set(down "${directory}/${number}_${name}.down.sql")
    file(READ "${up}" up_text)
    set(down_text "")
    if(EXISTS "${down}")
      file(READ "${down}" down_text)
      list(REMOVE_ITEM downs "${down}")
      set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${down}")
    endif()
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${up}")
    string(APPEND rows "    {${version}, \"${name}\",\n     R\"tenon_sql(${up_text})tenon_sql\",\n"
                       "     R\"tenon_sql(${down_text})tenon_sql\"},\n")
  endforeach()
  if(downs)
    message(FATAL_ERROR "tenon_embed_migrations: no .up.sql beside ${downs}")
  endif()
  list(LENGTH versions count)

  string(MAKE_C_IDENTIFIER "${arg_FUNCTION}" stem)
  set(source "${CMAKE_CURRENT_BINARY_DIR}/${stem}.cpp")
  string(CONCAT text "#include <array>\n#include <span>\n\n#include <tenon/migration.hpp>\n\nnamespace ${namespace} {\n"
           "std::span<const tenon::EmbeddedMigration> ${function}();\n"
           "std::span<const tenon::EmbeddedMigration> ${function}() {\n"
           "  static const std::array<tenon::EmbeddedMigration, ${count}> migrations{{\n${rows}  }};\n"
           "  return migrations;\n}\n}  // namespace ${namespace}\n")
  set(old "")
  if(EXISTS "${source}")
    file(READ "${source}" old)
  endif()
  if(NOT old STREQUAL text)
    file(WRITE "${source}" "${text}")
  endif()
  target_sources(${target} PRIVATE "${source}")
endfunction()
