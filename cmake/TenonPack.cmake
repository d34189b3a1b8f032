# cpack -G DEB: libtenon-dev (the libraries as archives, headers, CMake and pkg-config packages),
# libtenon-prometheus-dev (the metrics component, apart because prometheus-cpp-dev brings a web server and curl) and
# tenon-tools (the command line). Configure with -DCMAKE_INSTALL_PREFIX=/usr; the preset `deb` does.
#
# An archive fits the libraries that it was compiled with. libpqxx, SQLiteCpp and prometheus-cpp change their
# binary interface with each minor version, so the packages depend on just that one.
if(BUILD_SHARED_LIBS)
  return()  # libtenon-dev has archives; shared libraries would want a package of their own
endif()
set(CPACK_PACKAGE_NAME tenon)
set(CPACK_PACKAGE_VENDOR "The tenon authors")
set(CPACK_PACKAGE_CONTACT "The tenon authors <maintainers@tenon.invalid>" CACHE STRING "Maintainer of the packages")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_PACKAGING_INSTALL_PREFIX "${CMAKE_INSTALL_PREFIX}")
set(CPACK_STRIP_FILES ON)
set(CPACK_GENERATOR TGZ)
set(CPACK_COMPONENTS_ALL tenon_dev)
if(TARGET tenon-prometheus)
  list(APPEND CPACK_COMPONENTS_ALL tenon_prometheus)
endif()
if(TARGET tenon-cli)
  list(APPEND CPACK_COMPONENTS_ALL tenon_tools)
endif()
set(CPACK_ARCHIVE_COMPONENT_INSTALL ON)

# tenon_debian_one_minor(<variable> <package> <version>): `package` of this minor version and of no other
function(tenon_debian_one_minor variable package version)
  if(NOT version MATCHES "^([0-9]+)\\.([0-9]+)")
    set(${variable} "${package}" PARENT_SCOPE)
    return()
  endif()
  math(EXPR next "${CMAKE_MATCH_2} + 1")
  set(${variable} "${package} (>= ${CMAKE_MATCH_1}.${CMAKE_MATCH_2})" "${package} (<< ${CMAKE_MATCH_1}.${next}~)" PARENT_SCOPE)
endfunction()

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(depends "libboost1.81-dev | libboost-dev (>= 1.81)" "nlohmann-json3-dev (>= 3.11)")
if(TARGET tenon-sqlite)
  get_target_property(sqlitecpp_version tenon-sqlite TENON_SQLITECPP_VERSION)
  tenon_debian_one_minor(sqlitecpp libsqlitecpp-dev "${sqlitecpp_version}")
  list(APPEND depends ${sqlitecpp} "libsqlite3-dev (>= 3.38)")
endif()
if(TARGET tenon-postgres)
  get_target_property(libpqxx_version tenon-postgres TENON_LIBPQXX_VERSION)
  tenon_debian_one_minor(libpqxx libpqxx-dev "${libpqxx_version}")
  list(APPEND depends ${libpqxx} "libpq-dev (>= 14)")
endif()
list(JOIN depends ", " depends)

set(CPACK_DEBIAN_TENON_DEV_PACKAGE_NAME libtenon-dev)
set(CPACK_DEBIAN_TENON_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_TENON_DEV_PACKAGE_DEPENDS "${depends}")
set(CPACK_DEBIAN_TENON_DEV_PACKAGE_SUGGESTS "cmake (>= 3.22), libtenon-prometheus-dev, pkg-config, tenon-tools")
set(CPACK_COMPONENT_TENON_DEV_DESCRIPTION
    "embeddable persistence in C++20, strictly apart per tenant
 Keeps policies, cost analyses, incidents and any described struct of a host
 application in SQLite or PostgreSQL. Static libraries, headers, and what CMake
 and pkg-config need to find them.")

if(TARGET tenon-prometheus)
  # Its CMake package tells no version everywhere.
  find_package(PkgConfig QUIET)
  if(PKG_CONFIG_FOUND)
    pkg_check_modules(PC_PROMETHEUS QUIET prometheus-cpp-core)
  endif()
  tenon_debian_one_minor(prometheus prometheus-cpp-dev "${PC_PROMETHEUS_VERSION}")
  list(JOIN prometheus ", " prometheus)
  set(CPACK_DEBIAN_TENON_PROMETHEUS_PACKAGE_NAME libtenon-prometheus-dev)
  set(CPACK_DEBIAN_TENON_PROMETHEUS_PACKAGE_SECTION libdevel)
  set(CPACK_DEBIAN_TENON_PROMETHEUS_PACKAGE_DEPENDS "libtenon-dev (= ${PROJECT_VERSION}), ${prometheus}")
  set(CPACK_COMPONENT_TENON_PROMETHEUS_DESCRIPTION
      "metrics for Prometheus of tenon, persistence apart per tenant
 The component tenon::prometheus of tenon's CMake package: an observer that counts
 and times statements, pools and migrations with prometheus-cpp.")
endif()

set(CPACK_DEBIAN_TENON_TOOLS_PACKAGE_NAME tenon-tools)
set(CPACK_DEBIAN_TENON_TOOLS_PACKAGE_SECTION database)
set(CPACK_DEBIAN_TENON_TOOLS_PACKAGE_SHLIBDEPS ON)
set(CPACK_COMPONENT_TENON_TOOLS_DESCRIPTION
    "command line of tenon, persistence apart per tenant
 Migrates databases, imports and exports policies, analyses and incidents, and
 checks that the walls between tenants stand.")

# Debian's place for a package's licence, one for each as no two may have the same file.
foreach(component IN LISTS CPACK_COMPONENTS_ALL)
  string(TOUPPER "${component}" key)
  install(FILES "${CPACK_RESOURCE_FILE_LICENSE}" RENAME copyright COMPONENT ${component} EXCLUDE_FROM_ALL
          DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/${CPACK_DEBIAN_${key}_PACKAGE_NAME}")
endforeach()

include(CPack)
