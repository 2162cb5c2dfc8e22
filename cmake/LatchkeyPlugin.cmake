# SPDX-License-Identifier: Apache-2.0
#
# latchkey_add_plugin(NAME SOURCES… [LINK libraries…])
#
# Builds NAME.so, a plugin of Latchkey, from plugin.cpp (listed in SOURCES, the one file that includes kernel/plugin_abi.h)
# and the other sources. These become an object library NAME-objects that tests link, too. LINK Latchkey::http-api for a plugin
# that offers a resource. `cmake --install` puts the plugin among the installed ones, below the chosen prefix.
#
# The same function serves the plugins that ship and, by find_package(Latchkey), those of others: etc/examples/plugin-hello.
#
# plugin_stamp.cpp, beside this file, is compiled into each plugin: it says which headers that was built with.
#
# Poco opens plugins RTLD_GLOBAL, so same-named symbols of two plugins would merge: a version script exports only what the
# host looks up, and -z defs / -z now turn a missing symbol into an error message at load time.
set(LATCHKEY_CMAKE_DIR ${CMAKE_CURRENT_LIST_DIR})

function(latchkey_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 P "" "" "SOURCES;LINK")
  if(NOT P_SOURCES)
    message(FATAL_ERROR "latchkey_add_plugin(${name}): no SOURCES")
  endif()
  set(entry ${P_SOURCES})
  list(FILTER entry INCLUDE REGEX "(^|/)plugin\\.cpp$")
  set(rest ${P_SOURCES})
  list(FILTER rest EXCLUDE REGEX "(^|/)plugin\\.cpp$")

  add_library(${name}-plugin MODULE ${entry} ${LATCHKEY_CMAKE_DIR}/plugin_stamp.cpp)
  if(rest)
    add_library(${name}-objects OBJECT ${rest})
    set_target_properties(${name}-objects PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
    target_link_libraries(${name}-objects PUBLIC Latchkey::domain Latchkey::kernel ${P_LINK})
    target_link_libraries(${name}-plugin PRIVATE ${name}-objects)
  endif()
  target_link_libraries(${name}-plugin PRIVATE Latchkey::domain Latchkey::kernel ${P_LINK})
  target_link_options(${name}-plugin PRIVATE
    -Wl,-z,defs -Wl,-z,now -Wl,--version-script=${LATCHKEY_CMAKE_DIR}/plugin.map)
  set_target_properties(${name}-plugin PROPERTIES
    PREFIX "" OUTPUT_NAME ${name} CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LINK_DEPENDS ${LATCHKEY_CMAKE_DIR}/plugin.map)
  if(LATCHKEY_PLUGIN_OUTPUT_DIRECTORY)
    set_target_properties(${name}-plugin PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${LATCHKEY_PLUGIN_OUTPUT_DIRECTORY})
  endif()
  if(LATCHKEY_PLUGIN_RPATH)
    set_target_properties(${name}-plugin PROPERTIES INSTALL_RPATH ${LATCHKEY_PLUGIN_RPATH})
  endif()
  set_property(GLOBAL APPEND PROPERTY LATCHKEY_PLUGINS ${name}-plugin)
  if(LATCHKEY_PLUGIN_INSTALL_DIR)
    install(TARGETS ${name}-plugin LIBRARY DESTINATION ${LATCHKEY_PLUGIN_INSTALL_DIR})
  endif()
endfunction()
