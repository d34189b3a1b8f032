# Installation: libraries, headers, the package for find_package(tenon) and what it needs.
#
# Each library is an export set of its own, so that a host which asks for one component needs the
# dependencies of that component only. Everything is found relative to the package: the prefix can be moved.
#
# There are three components of installation: tenon_dev, the libraries and headers; tenon_prometheus, the library
# whose client library a host may not want; and tenon_tools, the command line.
include(CMakePackageConfigHelpers)

set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME tenon_dev)
set(tenon_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/tenon")
get_property(tenon_libraries GLOBAL PROPERTY TENON_LIBRARIES)

set(TENON_BUILT_COMPONENTS "")
set(tenon_own_folder "$ORIGIN")
if(APPLE)
  set(tenon_own_folder "@loader_path")
endif()
foreach(library IN LISTS tenon_libraries)
  get_target_property(component ${library} EXPORT_NAME)
  if(NOT component STREQUAL "tenon")
    list(APPEND TENON_BUILT_COMPONENTS ${component})
  endif()
  set(part tenon_dev)
  if(component STREQUAL "prometheus")
    set(part tenon_prometheus)
  endif()
  set_target_properties(${library} PROPERTIES INSTALL_RPATH "${tenon_own_folder}")
  install(TARGETS ${library} EXPORT tenon-${component}-targets
          RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT ${part}
          LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT ${part} NAMELINK_COMPONENT ${part}
          ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT ${part})
  install(EXPORT tenon-${component}-targets NAMESPACE tenon:: DESTINATION "${tenon_package_dir}" COMPONENT ${part})
endforeach()

if(TARGET tenon-cli)
  file(RELATIVE_PATH tenon_bin_to_lib "/${CMAKE_INSTALL_BINDIR}" "/${CMAKE_INSTALL_LIBDIR}")
  set_target_properties(tenon-cli PROPERTIES INSTALL_RPATH "${tenon_own_folder}/${tenon_bin_to_lib}")
endif()

install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/tenon" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
        FILES_MATCHING PATTERN "*.hpp" REGEX "/observers/prometheus\\.hpp$" EXCLUDE)
if(TARGET tenon-prometheus)
  install(FILES "${PROJECT_SOURCE_DIR}/include/tenon/observers/prometheus.hpp"
          DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/tenon/observers" COMPONENT tenon_prometheus)
endif()

if(BUILD_SHARED_LIBS)
  set(TENON_IS_SHARED ON)
else()
  set(TENON_IS_SHARED OFF)
endif()
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/tenonConfig.cmake.in"
                              "${PROJECT_BINARY_DIR}/tenonConfig.cmake" INSTALL_DESTINATION "${tenon_package_dir}"
                              NO_SET_AND_CHECK_MACRO)
# Before 1.0 a minor version may change the interface.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/tenonConfigVersion.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/tenonConfig.cmake" "${PROJECT_BINARY_DIR}/tenonConfigVersion.cmake"
              "${PROJECT_SOURCE_DIR}/cmake/TenonEmbedMigrations.cmake"
        DESTINATION "${tenon_package_dir}")
if(TENON_POSTGRES)
  install(FILES "${PROJECT_SOURCE_DIR}/cmake/FindTenonLibpqxx.cmake" DESTINATION "${tenon_package_dir}")
endif()
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DATADIR}/licenses/tenon")

include(TenonPkgConfig)
if(TENON_TOP_LEVEL)
  include(TenonPack)
endif()
