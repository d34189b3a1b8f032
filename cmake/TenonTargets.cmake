# Settings that every target of the project shares.
include_guard(GLOBAL)

function(tenon_target_defaults target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF CXX_VISIBILITY_PRESET hidden
                                             VISIBILITY_INLINES_HIDDEN ON POSITION_INDEPENDENT_CODE ON)
  if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
      target_compile_options(${target} PRIVATE -Wno-restrict) # false alarms on std::string, GCC bug 105651
    endif()
    if(CMAKE_UNITY_BUILD) # there a source may shadow what another names, and is an included file
      target_compile_options(${target} PRIVATE -Wno-shadow)
      if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        target_compile_options(${target} PRIVATE -Wshadow=local -Wno-subobject-linkage)
      endif()
    endif()
    if(TENON_WERROR)
      target_compile_options(${target} PRIVATE -Werror)
    endif()
  endif()
endfunction()

# A library of the project: target tenon-NAME, alias tenon::NAME, installed by TenonInstall.
function(tenon_add_library target name)
  add_library(${target} ${ARGN})
  add_library(tenon::${name} ALIAS ${target})
  tenon_target_defaults(${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name} VERSION ${PROJECT_VERSION}
                                             SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
                                             DEFINE_SYMBOL "")
  target_compile_definitions(${target} PRIVATE TENON_BUILDING)
  if(BUILD_SHARED_LIBS)
    if(WIN32) # where a declaration must say so
      target_compile_definitions(${target} PUBLIC TENON_SHARED)
    endif()
    if(CMAKE_EXECUTABLE_FORMAT STREQUAL "ELF")
      set(map "${PROJECT_SOURCE_DIR}/cmake/tenon.map")
      target_link_options(${target} PRIVATE "LINKER:--version-script=${map}")
      set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS "${map}")
    endif()
  endif()
  target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
                                              $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  set_property(GLOBAL APPEND PROPERTY TENON_LIBRARIES ${target})
endfunction()

# Makes every program that links the backend keep `symbol`, so that an archive's member which registers the
# backend is never dropped by the linker, nor a shared library by --as-needed.
function(tenon_keep_symbol target symbol)
  set_target_properties(${target} PROPERTIES TENON_KEPT_SYMBOL ${symbol})
  get_target_property(type ${target} TYPE)
  get_target_property(name ${target} EXPORT_NAME)
  # Among the libraries: a link option would not come through a host's static library (policy CMP0099).
  if(APPLE)
    target_link_libraries(${target} INTERFACE "-Wl,-u,_${symbol}")
  elseif(UNIX AND type STREQUAL "SHARED_LIBRARY")
    # --undefined does not count as a use of a shared library. The host's other libraries stay as they were asked for.
    # In one word, so that CMake neither parts nor sorts it.
    target_link_libraries(${target} INTERFACE
      "-Wl,--push-state,--no-as-needed,\"$<TARGET_FILE:tenon::${name}>\",--pop-state")
  elseif(UNIX)
    target_link_libraries(${target} INTERFACE "-Wl,--undefined=${symbol}")
  endif()
endfunction()
