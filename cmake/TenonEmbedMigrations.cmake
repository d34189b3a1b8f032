# tenon_embed_migrations(<target> DIRECTORY <dir> FUNCTION <qualified::name>)
#
# Compiles the migrations of a folder into <target>, byte for byte, as
#   std::span<const tenon::EmbeddedMigration> qualified::name();
# by ascending version, which Database::migrator and tenon::read_migrations take. Declare the function where
# you call it. The files are NUMBER_name.up.sql with or without NUMBER_name.down.sql, and goose's
# NUMBER_name.sql; docs/migrations.md tells more. Adding, changing or removing one makes the build run again.
#
# Two files of one version, a .down.sql without its .up.sql, a file that is named like no migration but looks
# like one, a Go migration beside goose's files, and a folder without any stop the configuration.
include_guard(GLOBAL)

# Bytes as a C++ string literal, and their count.
function(_tenon_literal hex out_literal out_size)
  string(LENGTH "${hex}" digits)
  math(EXPR size "${digits} / 2")
  # Lines of 64 bytes. Every byte is escaped, so nothing in the text can end the literal or the line.
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" escaped "${hex}")
  string(REPEAT "." 256 line)
  string(REGEX REPLACE "(${line})" "\\1\"\n        \"" escaped "${escaped}")
  set(${out_literal} "\"${escaped}\"" PARENT_SCOPE)
  set(${out_size} "${size}" PARENT_SCOPE)
endfunction()

# The expression of a std::string_view for a file's content.
function(_tenon_content file out)
  file(READ "${file}" hex HEX)
  _tenon_literal("${hex}" literal size)
  set(${out} "{${literal}, ${size}}" PARENT_SCOPE)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
endfunction()

function(_tenon_view text out)
  string(HEX "${text}" hex)
  _tenon_literal("${hex}" literal size)
  set(${out} "{${literal}, ${size}}" PARENT_SCOPE)
endfunction()

# Stops when `file` would be the second of its version and direction; `first` is the one that was there.
function(_tenon_refuse_second directory version first file)
  if(NOT first STREQUAL "")
    message(FATAL_ERROR "tenon_embed_migrations: version ${version} stands twice in ${directory}: "
                        "${first} and ${file}; give one of them another number")
  endif()
endfunction()

# One row of the table: the migration of one version.
function(_tenon_row directory version up down out)
  string(REGEX REPLACE "^[0-9]+_(.*)\\.sql$" "\\1" name "${up}")
  string(REGEX REPLACE "\\.up$" "" name "${name}")
  _tenon_view("${name}" name_view)
  _tenon_view("${up}" up_view)
  _tenon_view("${down}" down_view)
  _tenon_content("${directory}/${up}" up_text)
  set(down_text "{}")
  if(NOT down STREQUAL "")
    _tenon_content("${directory}/${down}" down_text)
  endif()
  # The comment tells the next person what the bytes are; a name that could end it is left out.
  set(comment "")
  if(up MATCHES "^[A-Za-z0-9_. -]+$")
    set(comment "      // ${up}\n")
  endif()
  set(${out} "${comment}      {${version}, ${name_view},\n       ${up_text},\n       ${down_text},\n       ${up_view}, ${down_view}},\n"
      PARENT_SCOPE)
endfunction()

function(tenon_embed_migrations target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "DIRECTORY;FUNCTION" "")
  if(NOT arg_DIRECTORY OR NOT arg_FUNCTION MATCHES "^([A-Za-z_][A-Za-z0-9_]*::)+[A-Za-z_][A-Za-z0-9_]*$")
    message(FATAL_ERROR "tenon_embed_migrations: DIRECTORY and FUNCTION namespace::name are needed")
  endif()
  get_filename_component(directory "${arg_DIRECTORY}" ABSOLUTE)
  if(NOT IS_DIRECTORY "${directory}")
    message(FATAL_ERROR "tenon_embed_migrations: there is no folder ${directory}")
  endif()
  file(GLOB files CONFIGURE_DEPENDS RELATIVE "${directory}" "${directory}/*.sql")
  file(GLOB programs CONFIGURE_DEPENDS RELATIVE "${directory}" "${directory}/[0-9]*_*.go")
  list(FILTER programs EXCLUDE REGEX "_test\\.go$")

  set(versions "")
  foreach(file IN LISTS files)
    if(NOT EXISTS "${directory}/${file}" OR IS_DIRECTORY "${directory}/${file}")
      message(FATAL_ERROR "tenon_embed_migrations: ${directory}/${file} is not a file; CMake cannot handle "
                          "a name with a semicolon or bracket")
    elseif(file MATCHES "^\\.")
      continue()
    elseif(file MATCHES "^([0-9]+)_.*\\.(up|down)\\.sql$")
      set(direction ${CMAKE_MATCH_2})
    elseif(file MATCHES "\\.(up|down)\\.sql$")
      message(FATAL_ERROR "tenon_embed_migrations: ${directory}/${file}: a migration's file is named "
                          "NUMBER_name.up.sql or NUMBER_name.down.sql")
    elseif(file MATCHES "^([0-9]+)_.*\\.sql$")
      set(direction both)
    elseif(file MATCHES "^([VUB][0-9._]+|R)__.*\\.sql$")
      message(FATAL_ERROR "tenon_embed_migrations: ${directory}/${file} is Flyway's name for a migration; "
                          "docs/migrations-from-flyway.md tells how to rename it")
    else()
      continue()
    endif()
    string(REGEX REPLACE "^0*([0-9]*)_.*$" "\\1" version "${file}")
    string(LENGTH "${version}" width)
    if(width GREATER 18 OR width EQUAL 0)
      message(FATAL_ERROR "tenon_embed_migrations: ${directory}/${file}: versions have 1 to 18 digits and "
                          "begin with 1")
    endif()
    if(NOT version IN_LIST versions)
      list(APPEND versions "${version}")
      set(up_${version} "")
      set(down_${version} "")
    endif()
    if(direction STREQUAL "down")
      _tenon_refuse_second("${directory}" ${version} "${down_${version}}" "${file}")
      set(down_${version} "${file}")
      if(up_${version} MATCHES "\\.sql$" AND NOT up_${version} MATCHES "\\.up\\.sql$")
        _tenon_refuse_second("${directory}" ${version} "${up_${version}}" "${file}")
      endif()
    else()
      _tenon_refuse_second("${directory}" ${version} "${up_${version}}" "${file}")
      if(direction STREQUAL "both")
        _tenon_refuse_second("${directory}" ${version} "${down_${version}}" "${file}")
        file(STRINGS "${directory}/${file}" annotations REGEX "^--.*\\+goose" LIMIT_COUNT 1)
        if(annotations STREQUAL "")
          message(FATAL_ERROR "tenon_embed_migrations: ${directory}/${file} is neither NUMBER_name.up.sql nor "
                              "NUMBER_name.down.sql and has no line -- +goose Up; rename it")
        elseif(NOT programs STREQUAL "")
          list(GET programs 0 program)
          message(FATAL_ERROR "tenon_embed_migrations: ${directory}/${program}: a goose migration written in "
                              "Go cannot be run; write it in SQL")
        endif()
      endif()
      set(up_${version} "${file}")
    endif()
  endforeach()
  if(versions STREQUAL "")
    message(FATAL_ERROR "tenon_embed_migrations: there is no migration in ${directory}")
  endif()

  list(SORT versions COMPARE NATURAL)
  list(LENGTH versions count)
  set(rows "")
  foreach(version IN LISTS versions)
    if(up_${version} STREQUAL "")
      message(FATAL_ERROR "tenon_embed_migrations: ${directory}/${down_${version}}: there is no .up.sql for "
                          "version ${version}")
    endif()
    _tenon_row("${directory}" ${version} "${up_${version}}" "${down_${version}}" row)
    string(APPEND rows "${row}")
  endforeach()

  string(REGEX REPLACE "::[^:]+$" "" namespace "${arg_FUNCTION}")
  string(REGEX REPLACE "^.*::" "" function "${arg_FUNCTION}")
  string(MAKE_C_IDENTIFIER "${arg_FUNCTION}" stem)
  set(source "${CMAKE_CURRENT_BINARY_DIR}/${stem}.cpp")
  # file(GENERATE) would take generator expressions in the text; this writes only what changed.
  file(WRITE "${source}.new"
       "#include <array>\n#include <span>\n\n#include <tenon/migration.hpp>\n\nnamespace ${namespace} {\n"
       "std::span<const tenon::EmbeddedMigration> ${function}();\n"
       "std::span<const tenon::EmbeddedMigration> ${function}() {\n"
       "#ifdef __clang__  // a file may be longer than 64 KiB, which is all that every compiler has to take\n"
       "#pragma clang diagnostic push\n#pragma clang diagnostic ignored \"-Woverlength-strings\"\n#endif\n"
       "  static constexpr std::array<tenon::EmbeddedMigration, ${count}> migrations{{\n${rows}  }};\n"
       "#ifdef __clang__\n#pragma clang diagnostic pop\n#endif\n"
       "  return migrations;\n}\n}  // namespace ${namespace}\n")
  configure_file("${source}.new" "${source}" COPYONLY)
  target_sources(${target} PRIVATE "${source}")
endfunction()
