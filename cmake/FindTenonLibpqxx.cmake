# Finds libpqxx, the C++ client of PostgreSQL, as the imported target Tenon::libpqxx.
#
# libpqxx 7 and later may bring a CMake package (target libpqxx::pqxx), which is preferred. Debian's libpqxx
# 6.4 has none: pkg-config or a plain search finds it. Sets TenonLibpqxx_FOUND and TenonLibpqxx_VERSION.
include(FindPackageHandleStandardArgs)

if(NOT TARGET Tenon::libpqxx)
  find_package(libpqxx CONFIG QUIET)
  if(TARGET libpqxx::pqxx)
    add_library(Tenon::libpqxx INTERFACE IMPORTED)
    target_link_libraries(Tenon::libpqxx INTERFACE libpqxx::pqxx)
    set(TenonLibpqxx_LIBRARY libpqxx::pqxx)
    set(TenonLibpqxx_VERSION "${libpqxx_VERSION}")
  else()
    find_package(PkgConfig QUIET)
    if(PKG_CONFIG_FOUND)
      pkg_check_modules(PC_LIBPQXX QUIET libpqxx)
    endif()
    find_path(TenonLibpqxx_INCLUDE_DIR pqxx/pqxx HINTS ${PC_LIBPQXX_INCLUDE_DIRS})
    find_library(TenonLibpqxx_LIBRARY NAMES pqxx HINTS ${PC_LIBPQXX_LIBRARY_DIRS})
    mark_as_advanced(TenonLibpqxx_INCLUDE_DIR TenonLibpqxx_LIBRARY)
    # pkg-config may know another libpqxx than the one that was found: the header tells.
    unset(TenonLibpqxx_VERSION)
    if(EXISTS "${TenonLibpqxx_INCLUDE_DIR}/pqxx/version.hxx")
      file(STRINGS "${TenonLibpqxx_INCLUDE_DIR}/pqxx/version.hxx" pqxx_version_line
           REGEX "^#[ \t]*define[ \t]+PQXX_VERSION[ \t]+\"")
      if(pqxx_version_line MATCHES "\"([0-9.]+)")
        set(TenonLibpqxx_VERSION "${CMAKE_MATCH_1}")
      endif()
    endif()
  endif()
endif()

if(TARGET Tenon::libpqxx)
  set(TenonLibpqxx_LIBRARY Tenon::libpqxx)
  find_package_handle_standard_args(TenonLibpqxx REQUIRED_VARS TenonLibpqxx_LIBRARY
                                    VERSION_VAR TenonLibpqxx_VERSION)
else()
  find_package_handle_standard_args(TenonLibpqxx REQUIRED_VARS TenonLibpqxx_LIBRARY TenonLibpqxx_INCLUDE_DIR
                                    VERSION_VAR TenonLibpqxx_VERSION)
  if(TenonLibpqxx_FOUND)
    add_library(Tenon::libpqxx UNKNOWN IMPORTED)
    set_target_properties(Tenon::libpqxx PROPERTIES
      IMPORTED_LOCATION "${TenonLibpqxx_LIBRARY}"
      INTERFACE_INCLUDE_DIRECTORIES "${TenonLibpqxx_INCLUDE_DIR}")
  endif()
endif()
